using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace XoeNovAi.Gateway.Tests.Bed;

/// <summary>A real server behind the gateway, which writes down what it is asked and answers as the test says.</summary>
internal sealed class TestBackend : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SeenRequest> _seen = new();
    private readonly ConcurrentQueue<SeenHead> _begun = new();

    private TestBackend(WebApplication app, string name)
    {
        _app = app;
        Name = name;
        Answer = context => context.Response.WriteAsync(Name);
    }

    /// <summary>What its answers say unless the test wants others.</summary>
    public string Name { get; }

    public Uri Address => new(_app.Urls.First());

    /// <summary>The heads it has received, in order: also those of requests whose body never came to an end.</summary>
    public IReadOnlyList<SeenHead> Begun => [.. _begun];

    /// <summary>What it has received whole, in order.</summary>
    public IReadOnlyList<SeenRequest> Seen => [.. _seen];

    /// <summary>How it answers.</summary>
    public RequestDelegate Answer { get; set; }

    public static async Task<TestBackend> StartAsync(string name = "backend", HttpProtocols protocols = HttpProtocols.Http1, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = true;
            kestrel.Limits.MaxRequestBodySize = null;
            // It must not be the first to lose patience with a slow caller.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = protocols);
        });
        services?.Invoke(builder.Services);
        var app = builder.Build();
        var backend = new TestBackend(app, name);
        app.UseWebSockets();
        map?.Invoke(app);
        app.MapFallback("{**path}", backend.ReceiveAsync);
        await app.StartAsync();
        return backend;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    /// <summary>Sends back every message of a socket.</summary>
    public static async Task EchoMessagesAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        var request = context.Request;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var headers = request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _begun.Enqueue(new(request.Method, target));
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = 0L;
        var buffer = new byte[64 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            digest.AppendData(buffer.AsSpan(0, read));
            length += read;
        }

        _seen.Enqueue(new(request.Method, target, headers, length, Convert.ToHexString(digest.GetHashAndReset())));
        await Answer(context);
    }
}
