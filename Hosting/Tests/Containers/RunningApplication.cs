using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace XoeNovAi.Hosting.Tests.Containers;

/// <summary>What tests ask of an application that runs.</summary>
internal static class RunningApplication
{
    extension(DistributedApplication application)
    {
        public string RunId => application.Services.GetRequiredService<IConfiguration>()["DcpPublisher:RunId"]!;

        /// <summary>The id of a resource's container, once it runs.</summary>
        public async Task<string> ContainerIdAsync(string resource, CancellationToken cancellationToken)
        {
            var running = await application.ResourceNotifications.WaitForResourceAsync(resource, static e => e.Snapshot.State?.Text == KnownResourceStates.Running && IdOf(e) is not null, cancellationToken);
            return IdOf(running)!;
        }

        /// <summary>What a resource has written so far.</summary>
        public async Task<List<LogLine>> LinesAsync(string resource, CancellationToken cancellationToken)
        {
            var lines = new List<LogLine>();
            await foreach (var batch in application.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(resource).WithCancellation(cancellationToken))
            {
                lines.AddRange(batch);
            }

            return lines;
        }

        /// <summary>The same as one text.</summary>
        public async Task<string> LogAsync(string resource, CancellationToken cancellationToken)
            => string.Join('\n', (await application.LinesAsync(resource, cancellationToken)).Select(static l => l.Content));
    }

    private static string? IdOf(ResourceEvent resource) => resource.Snapshot.Properties.FirstOrDefault(static p => p.Name == "container.id")?.Value?.ToString();
}
