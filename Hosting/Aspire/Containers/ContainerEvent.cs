using System.Text.Json.Serialization;

namespace Aspire.Hosting.Containers;

/// <summary>A line of <c>podman events --format json</c>.</summary>
/// <param name="Id">The container.</param>
/// <param name="Status">What happened: <c>died</c> when its process ended.</param>
/// <param name="ExitCode">With what the process ended; left out where it is 0.</param>
/// <param name="Time">When.</param>
internal sealed record ContainerEvent(
    [property: JsonPropertyName("ID")] string? Id,
    [property: JsonPropertyName("Status")] string? Status,
    [property: JsonPropertyName("ContainerExitCode")] int ExitCode,
    [property: JsonPropertyName("Time")] DateTimeOffset? Time)
{
    public const string Died = "died";
    public const string Start = "start";
}
