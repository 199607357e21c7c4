using System.Text.Json.Serialization;

namespace XoeNovAi.TestSupport;

/// <summary>A request as a backend saw it, from the services' <c>Diagnostics:Echo</c>.</summary>
/// <param name="Service">The service that answered.</param>
/// <param name="Instance">Which instance of it.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The target, byte for byte.</param>
/// <param name="BodyLength">The length of the body.</param>
/// <param name="Headers">The headers.</param>
public sealed record Echo(
    string Service,
    string Instance,
    string Method,
    string Target,
    [property: JsonPropertyName("body_length")] long BodyLength,
    IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Asks for it where the service has an answer of its own.</summary>
    public const string Header = "X-Diagnostics-Echo";
}
