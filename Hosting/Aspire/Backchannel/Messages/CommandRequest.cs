using System.Text.Json.Nodes;

namespace Aspire.Hosting.Backchannel;

/// <summary>Gives a command to a resource.</summary>
internal sealed record CommandRequest
{
    public required string ResourceName { get; init; }

    public required string CommandName { get; init; }

    public JsonNode? Arguments { get; init; }

    public bool ValidateOnly { get; init; }
}
