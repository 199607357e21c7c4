using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace XoeNovAi.IntegrationTests.Harness.Telemetry;

/// <summary>Receives OTLP over HTTP on loopback, and keeps every byte: what a collector would see, before anybody hides anything.</summary>
internal sealed class TelemetryReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<byte[]>> _received = new(StringComparer.Ordinal);

    private TelemetryReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
            _received.GetOrAdd(signal, static _ => []).Enqueue(body.ToArray());
            return Results.Bytes([], "application/x-protobuf");
        });
    }

    /// <summary>Where to send.</summary>
    public string Address => _server.Urls.Single();

    public static async Task<TelemetryReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var receiver = new TelemetryReceiver();
        await receiver._server.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>All that came for a signal (traces, logs, metrics): texts are in it as they are, between bytes that mean nothing here.</summary>
    public string Read(string signal)
        => _received.TryGetValue(signal, out var bodies) ? string.Join('\n', bodies.Select(Encoding.UTF8.GetString)) : string.Empty;

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();
}
