using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using XoeNovAi.Gateway.Headers;
using XoeNovAi.ServiceDefaults.RequestIds;

namespace XoeNovAi.Gateway.Errors;

/// <summary>
/// Answers what is no readable request as the gateway answers other errors. Kestrel refuses those before any middleware, with an
/// empty body and without our headers, but announces it first; when the response has been started by then, it only closes the connection.
/// </summary>
internal sealed class UnreadableRequestAnswers(DiagnosticListener listener, ILogger<UnreadableRequestAnswers> logger)
    : IHostedService, IObserver<KeyValuePair<string, object?>>, IDisposable
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
        // Hosting sets the activity feature when it takes a request over; from then on the answer is the middleware's.
        if (value.Key == Event
            && value.Value is IFeatureCollection features
            && features.Get<IHttpActivityFeature>() is null
            && features.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException error
            && features.Get<IHttpResponseFeature>() is { HasStarted: false } response
            && features.Get<IHttpResponseBodyFeature>() is { } body)
        {
            _ = StartAnswerAsync(response, body, error.StatusCode);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscription?.Dispose();

    // Kestrel makes the writer of the body only for requests it hands over, so this answer has headers and no body.
    private async Task StartAnswerAsync(IHttpResponseFeature response, IHttpResponseBodyFeature body, int status)
    {
        try
        {
            // A 405 would have to list methods, which Kestrel keeps to itself.
            response.StatusCode = status == StatusCodes.Status405MethodNotAllowed ? StatusCodes.Status400BadRequest : status;
            SecurityHeaders.Apply(response.Headers);
            response.Headers[RequestId.Header] = RequestId.Create();
            response.Headers.Connection = "close";
            response.Headers.ContentLength = 0;
            await body.StartAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            logger.LogDebug(exception, "The answer to an unreadable request was not sent");
        }
    }
}
