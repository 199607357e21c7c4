namespace XoeNovAi.Prober;

/// <summary>What came back.</summary>
/// <param name="Word"><c>open</c>: a connection or a reply; <c>refused</c>: a refusal, which only who was reached can send; <c>none</c>: neither.</param>
/// <param name="Detail">Why there was none.</param>
internal readonly record struct Answer(string Word, string Detail)
{
    public static Answer Open { get; } = new("open", "-");

    public static Answer Refused { get; } = new("refused", "-");

    public static Answer None(string detail) => new("none", detail);
}
