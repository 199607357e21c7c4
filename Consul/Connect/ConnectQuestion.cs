using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Connect;

/// <summary>May the owner of a certificate call a service?</summary>
/// <param name="Target">The service that is called.</param>
/// <param name="CallerUri">The name in the caller's certificate.</param>
/// <param name="CallerSerial">Its serial number.</param>
public sealed record ConnectQuestion(
    string Target,
    [property: JsonPropertyName("ClientCertURI")] string CallerUri,
    [property: JsonPropertyName("ClientCertSerial")] string CallerSerial);
