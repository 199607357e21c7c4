namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a command gives back.</summary>
public sealed class CommandResultData
{
    /// <summary>The value.</summary>
    public required string Value { get; init; }

    /// <summary>What it is.</summary>
    public CommandResultFormat Format { get; init; }

    /// <summary>Whether it is shown without being asked for.</summary>
    public bool DisplayImmediately { get; init; }
}
