using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Lifecycle;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes the model to <c>aspire-manifest.json</c>, and ends the application.</summary>
internal sealed class ManifestPublisher(
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext executionContext,
    IDistributedApplicationEventing eventing,
    IEnumerable<IDistributedApplicationEventingSubscriber> subscribers,
    IConfiguration configuration,
    IHostApplicationLifetime lifetime,
    ILogger<ManifestPublisher> logger,
    IServiceProvider services) : IHostedService
{
    public const string FileName = "aspire-manifest.json";
    private static readonly string[] OutputKeys = ["Pipeline:OutputPath", "Publishing:OutputPath"];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var publisher = configuration["Publishing:Publisher"] ?? "manifest";
        if (publisher != "manifest")
        {
            throw new DistributedApplicationException($"There is no publisher '{publisher}' here. There is 'manifest': --publisher manifest --output-path PATH.");
        }

        foreach (var subscriber in subscribers)
        {
            await subscriber.SubscribeAsync(eventing, executionContext, cancellationToken).ConfigureAwait(false);
        }

        await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellationToken).ConfigureAwait(false);
        await eventing.PublishAsync(new BeforePublishEvent(services, model), cancellationToken).ConfigureAwait(false);
        var path = PathOf(OutputKeys.Select(k => configuration[k]).FirstOrDefault(static p => p is { Length: > 0 }) ?? ".");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var content = new MemoryStream();
        using (var writer = new Utf8JsonWriter(content, new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            await new ManifestPublishingContext(executionContext, path, writer, cancellationToken).WriteModelAsync(model).ConfigureAwait(false);
        }

        // Only a whole manifest takes the place of the last one.
        await File.WriteAllBytesAsync(path, [.. content.ToArray(), (byte)'\n'], cancellationToken).ConfigureAwait(false);
        await eventing.PublishAsync(new AfterPublishEvent(services, model), cancellationToken).ConfigureAwait(false);
        logger.LogInformation("Published manifest to: {Path}", path);
        lifetime.StopApplication();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string PathOf(string output)
        => Path.GetFullPath(output.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? output : Path.Combine(output, FileName));
}
