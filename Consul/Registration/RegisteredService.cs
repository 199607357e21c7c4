using System.Text.Json.Serialization;

namespace XoeNovAi.Consul.Registration;

/// <summary>An instance as its agent knows it.</summary>
/// <param name="Hash">Another one when anything of it has changed.</param>
/// <param name="Address">Where it is called.</param>
/// <param name="Port">The port there.</param>
public sealed record RegisteredService([property: JsonPropertyName("ContentHash")] string Hash, string Address, int Port);
