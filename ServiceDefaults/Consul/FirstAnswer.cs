using System.Diagnostics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;

namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>
/// Asks this service for its health once before it is registered. The first answer is the slowest of all, on a busy machine slower than
/// Consul waits: asked by Consul, it took a service that had just been registered out again for a second.
/// </summary>
internal sealed class FirstAnswer(IServer server, DiscoveryOptions options, ILogger<FirstAnswer> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var listening = server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(BindingAddress.Parse).FirstOrDefault(static a => a.Scheme == Uri.UriSchemeHttp);
        if (listening is null)
        {
            return;
        }

        // What it answers is for Consul to judge, and for no trace.
        using var quiet = SuppressInstrumentationScope.Begin();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { Timeout = Limit };
        var begun = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await client.GetAsync(new UriBuilder(Uri.UriSchemeHttp, "localhost", listening.Port, options.CheckPath).Uri, cancellationToken);
            logger.LogDebug("The first answer took {Milliseconds} ms", (long)Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            logger.LogWarning("{Path} of this service was not answered before its registration: {Reason}", options.CheckPath, exception.Message);
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
