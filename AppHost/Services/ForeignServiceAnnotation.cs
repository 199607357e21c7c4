namespace XoeNovAi.AppHost.Services;

/// <summary>A service whose image knows nothing of Consul.</summary>
/// <param name="Service">The service.</param>
/// <param name="Instance">Which of its instances.</param>
/// <param name="Host">Its name on the networks.</param>
/// <param name="Port">The port it listens on.</param>
/// <param name="HealthPath">What answers 200 when it is well.</param>
/// <param name="OnHost">Where processes on the host reach it; null where it is deployed, and they do not.</param>
internal sealed record ForeignServiceAnnotation(string Service, int Instance, string Host, int Port, string HealthPath, EndpointReference? OnHost) : IResourceAnnotation;
