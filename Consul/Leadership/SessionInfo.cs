using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Leadership;

/// <summary>A session that lives.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Node">The node whose agent made it.</param>
public sealed record SessionInfo([property: JsonPropertyName("ID")] string Id, string Name, string Node);
