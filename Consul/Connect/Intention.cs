using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Connect;

/// <summary>Whether one service may call another.</summary>
/// <param name="Source">Who calls, or <c>*</c>.</param>
/// <param name="Destination">Who is called, or <c>*</c>.</param>
/// <param name="IsAllowed">Whether it may.</param>
public sealed record Intention(
    [property: JsonPropertyName("SourceName")] string Source,
    [property: JsonPropertyName("DestinationName")] string Destination,
    [property: JsonIgnore] bool IsAllowed)
{
    /// <summary>What Consul calls it: <c>allow</c> or <c>deny</c>.</summary>
    public string Action => IsAllowed ? "allow" : "deny";
}

/// <summary>The answer to the making of an intention.</summary>
/// <param name="Id">Its id.</param>
internal sealed record IntentionId([property: JsonPropertyName("ID")] string Id);
