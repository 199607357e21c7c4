using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Connect;

/// <summary>Whether a call is allowed.</summary>
/// <param name="IsAllowed">Whether it is.</param>
/// <param name="Reason">Which intention says so, or that there is none.</param>
public sealed record ConnectAuthorization([property: JsonPropertyName("Authorized")] bool IsAllowed, string Reason);
