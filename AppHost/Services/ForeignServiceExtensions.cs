using System.Globalization;
using System.Text.Json;
using XoeNovAi.Hosting.Consul;

namespace XoeNovAi.AppHost.Services;

/// <summary>Has Consul know and check services that do not register themselves.</summary>
internal static class ForeignServiceExtensions
{
    private const string ConfigurationVariable = "CONSUL_LOCAL_CONFIG";
    private static readonly string[] Tags = ["v1"];
    private static readonly Dictionary<string, string> Meta = new() { ["version"] = StackService.StackVersion };

    public static void Knows(this IResourceBuilder<ConsulResource> consul, ForeignServiceAnnotation service, TimeSpan checkInterval)
        => consul.WithAnnotation(service).WithEnvironment(context =>
            context.EnvironmentVariables[ConfigurationVariable] = Definitions(consul.Resource.Annotations.OfType<ForeignServiceAnnotation>(), checkInterval));

    private static string Definitions(IEnumerable<ForeignServiceAnnotation> services, TimeSpan interval)
        => JsonSerializer.Serialize(new
        {
            services = services.Select(service => new
            {
                id = string.Create(CultureInfo.InvariantCulture, $"{service.Service}-{service.Instance}"),
                name = service.Service,
                tags = Tags,
                meta = Meta,
                address = service.Host,
                port = service.Port,
                check = new
                {
                    http = string.Create(CultureInfo.InvariantCulture, $"http://{service.Host}:{service.Port}{service.HealthPath}"),
                    interval = string.Create(CultureInfo.InvariantCulture, $"{interval.TotalMilliseconds:0}ms"),
                    timeout = "1s",
                },
            }),
        });
}
