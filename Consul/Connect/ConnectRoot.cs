using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Connect;

/// <summary>An authority of the mesh.</summary>
/// <param name="Pem">Its certificate.</param>
/// <param name="IsActive">Whether it signs now.</param>
public sealed record ConnectRoot([property: JsonPropertyName("RootCert")] string Pem, [property: JsonPropertyName("Active")] bool IsActive);
