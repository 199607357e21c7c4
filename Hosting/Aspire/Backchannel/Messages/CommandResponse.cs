using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Backchannel;

/// <summary>What became of a command.</summary>
internal sealed record CommandResponse(bool Success, bool Canceled, string? ErrorMessage, string? Message, CommandValue? Value)
{
    public string[] ValidationErrors { get; } = [];

    public static CommandResponse Of(ExecuteCommandResult result)
        => new(
            result.Success,
            result.Canceled,
            result.ErrorMessage ?? result.Message,
            result.Message ?? result.ErrorMessage,
            result.Data is { } data ? new(data.Value, data.Format.ToString().ToLowerInvariant(), data.DisplayImmediately) : null);
}
