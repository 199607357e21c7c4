using System.Globalization;
using System.Text.Json;
using XoeNovAi.AppHost.Configuration;
using XoeNovAi.Hosting.Consul;

namespace XoeNovAi.AppHost.Services;

/// <summary>Adds services from images that are not ours, and has Consul know and check them, as they do not register themselves.</summary>
internal static class ForeignServiceExtensions
{
    private const string ConfigurationFolder = "/consul/config";
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private static readonly string[] Tags = ["v1"];
    private static readonly Dictionary<string, string> Meta = new() { ["version"] = StackService.StackVersion };

    /// <exception cref="DistributedApplicationException">The image's name is none.</exception>
    public static IResourceBuilder<ContainerResource> AddForeignImage(this IDistributedApplicationBuilder builder, string service, string name, string image)
    {
        try
        {
            return builder.AddContainer(name, image).WithOtlpExporter();
        }
        catch (ArgumentException exception)
        {
            throw new DistributedApplicationException($"'{StackOptions.Section}:{nameof(StackOptions.Services)}:{service}:{nameof(StackServiceOptions.Image)}' is '{image}', which is no name of an image; one is such as localhost/{service}:1.", exception);
        }
    }

    public static void WithForeignService(this IResourceBuilder<ConsulResource> consul, ForeignServiceAnnotation service, TimeSpan checkInterval)
    {
        // One file for all of them: it is written when all are known.
        if (!consul.Resource.Annotations.OfType<ForeignServiceAnnotation>().Any())
        {
            consul.WithContainerFiles(ConfigurationFolder, async (_, cancellationToken) =>
                [new ContainerFile { Name = "services.json", Contents = await DefinitionsAsync(consul.Resource, checkInterval, cancellationToken), Mode = Readable }]);
        }

        consul.WithAnnotation(service);
    }

    private static async Task<string> DefinitionsAsync(ConsulResource consul, TimeSpan interval, CancellationToken cancellationToken)
    {
        // The agent registers them for itself, before services' tokens are known.
        var token = consul.ManagementToken is { } secret ? await secret.GetValueAsync(cancellationToken) : null;
        return JsonSerializer.Serialize(new
        {
            services = consul.Annotations.OfType<ForeignServiceAnnotation>().Select(service => new
            {
                id = string.Create(CultureInfo.InvariantCulture, $"{service.Service}-{service.Instance}"),
                name = service.Service,
                tags = Tags,
                meta = Meta,
                address = service.Host,
                port = service.Port,
                tagged_addresses = new { host = new { address = service.OnHost?.Host ?? service.Host, port = service.OnHost?.Port ?? service.Port } },
                token,
                check = new
                {
                    http = string.Create(CultureInfo.InvariantCulture, $"http://{service.Host}:{service.Port}{service.HealthPath}"),
                    interval = string.Create(CultureInfo.InvariantCulture, $"{interval.TotalMilliseconds:0}ms"),
                    timeout = "1s",
                },
            }),
        });
    }
}
