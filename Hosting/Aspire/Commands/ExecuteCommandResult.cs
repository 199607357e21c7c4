namespace Aspire.Hosting.ApplicationModel;

/// <summary>What became of a command.</summary>
public sealed class ExecuteCommandResult
{
    /// <summary>Whether it did what it should.</summary>
    public required bool Success { get; init; }

    /// <summary>Whether it was ended before.</summary>
    public bool Canceled { get; init; }

    /// <summary>Why it did not; <see cref="Message"/> says the same.</summary>
    [Obsolete("Use Message.")]
    public string? ErrorMessage { get; init; }

    /// <summary>What it says.</summary>
    public string? Message { get; init; }

    /// <summary>What it gives back.</summary>
    public CommandResultData? Data { get; init; }
}
