using System.Text.Json;
using XoeNovAi.Rag.Queries;
using XoeNovAi.ServiceDefaults.Api;

namespace XoeNovAi.Rag.Streaming;

/// <summary><c>POST /stream</c> and <c>GET /stream?query=</c>: the answer as server-sent events, a token at a time.</summary>
internal sealed class StreamHandler(QueryService queries, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(20);

    /// <exception cref="ApiException">The question is not valid, or could not be audited. Nothing has been sent then.</exception>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        var request = await QueryRequestReader.ReadAsync(context);
        var answer = await queries.AnswerAsync(request, context.TraceIdentifier, context.RequestAborted);

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        try
        {
            await SendAsync(context, new SourcesEvent(answer.Sources), ends.Token);
            foreach (var token in answer.Response.Split(' '))
            {
                await SendAsync(context, new TokenEvent(token + " "), ends.Token);
                await Task.Delay(Gap, time, ends.Token);
            }

            await SendAsync(context, new DoneEvent(answer.Tokens, time.GetElapsedTime(started).TotalMilliseconds), ends.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await SendAsync(context, new ErrorEvent("The service stops."), context.RequestAborted);
        }
    }

    private static async Task SendAsync(HttpContext context, StreamEvent message, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(message, RagJsonContext.Default.StreamEvent);
        await context.Response.WriteAsync($"data: {json}\n\n", cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
