using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Connect;

/// <summary>A certificate of a service.</summary>
/// <param name="Pem">The certificate, with those between it and the authority.</param>
/// <param name="KeyPem">Its key, a secret.</param>
/// <param name="Uri">The name in it, by which intentions know the service.</param>
/// <param name="Serial">Its serial number, by which an authorization is asked for.</param>
public sealed record ConnectLeaf(
    [property: JsonPropertyName("CertPEM")] string Pem,
    [property: JsonPropertyName("PrivateKeyPEM")] string KeyPem,
    [property: JsonPropertyName("ServiceURI")] string Uri,
    [property: JsonPropertyName("SerialNumber")] string Serial);
