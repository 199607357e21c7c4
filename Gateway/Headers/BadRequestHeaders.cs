using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using XoeNovAi.ServiceDefaults.RequestIds;

namespace XoeNovAi.Gateway.Headers;

/// <summary>
/// Adds the headers to the answers Kestrel gives by itself to what is no readable request; no middleware ever sees those, but
/// Kestrel announces them before it sends them.
/// </summary>
internal sealed class BadRequestHeaders(DiagnosticListener listener) : IHostedService, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private IDisposable? _subscription;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = listener.Subscribe(this, name => name == Event);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is IFeatureCollection features && features.Get<IHttpResponseFeature>() is { HasStarted: false } response)
        {
            SecurityHeaders.Apply(response.Headers);
            response.Headers[RequestId.Header] = RequestId.Create();
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscription?.Dispose();
}
