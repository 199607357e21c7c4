namespace Aspire.Hosting.Backchannel;

/// <summary>Asks for lines that resources wrote.</summary>
internal sealed record ConsoleLogsRequest
{
    public string? ResourceName { get; init; }

    public bool Follow { get; init; }

    public string? Search { get; init; }

    public int? Tail { get; init; }

    public bool IncludeHidden { get; init; }
}
