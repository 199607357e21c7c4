namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Something that is not as the AppHost declares it.</summary>
/// <param name="Subject">The container or network it is about.</param>
/// <param name="Cell">Which property of it, or which target.</param>
/// <param name="Expected">What was declared.</param>
/// <param name="Found">What is.</param>
internal sealed record Finding(string Subject, string Cell, string Expected, string Found)
{
    /// <inheritdoc />
    public override string ToString() => $"{Subject}, {Cell}: {Found}, declared is {Expected}";
}
