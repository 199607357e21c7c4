using System.Text.Json;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>One line of a watch.</summary>
internal sealed record DcpWatchMessage
{
    public required string Type { get; init; }

    public required JsonElement Object { get; init; }
}
