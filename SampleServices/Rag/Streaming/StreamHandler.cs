using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using XoeNovAi.Rag.Queries;
using XoeNovAi.Rag.Resilience;
using XoeNovAi.ServiceDefaults.Api;

namespace XoeNovAi.Rag.Streaming;

/// <summary>
/// <c>POST /stream</c> and <c>GET /stream?query=</c>: the answer as server-sent events, a token at a time. Events are numbered, and
/// the same question has the same events, so any instance can go on behind <c>Last-Event-ID</c>.
/// </summary>
internal sealed class StreamHandler(QueryService queries, ActiveStreams active, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private const string LastEventId = "Last-Event-ID";

    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(20);

    /// <exception cref="ApiException">The question is not valid, or could not be audited. Nothing has been sent then.</exception>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        var seen = Seen(context.Request);
        var request = await QueryRequestReader.ReadAsync(context);
        FoundAnswer found;
        try
        {
            found = await queries.FindAsync(request, context.RequestAborted);
        }
        catch (LlmUnavailableException exception)
        {
            // Who streams reads events, the model's failure like its words.
            Activity.Current?.AddException(exception).SetStatus(ActivityStatusCode.Error, exception.Message);
            Begin(context.Response);
            await SendAsync(context, null, new ErrorEvent(exception.Message), context.RequestAborted);
            return;
        }

        var answer = found.Answer;
        StreamEvent[] events =
        [
            new SourcesEvent(answer.Sources),
            .. answer.Response.Split(' ').Select(static token => new TokenEvent(token + " ")),
        ];
        if (seen > events.Length)
        {
            // It has seen the end: this status keeps it from coming back once more.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await queries.WriteDownAsync(found, context.TraceIdentifier, context.RequestAborted);
        using var counted = active.Enter();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        Begin(context.Response);
        try
        {
            for (var number = seen; number < events.Length; number++)
            {
                await SendAsync(context, number + 1, events[number], ends.Token);
                await Task.Delay(Gap, time, ends.Token);
            }

            await SendAsync(context, events.Length + 1, new DoneEvent(answer.Tokens, time.GetElapsedTime(started).TotalMilliseconds), ends.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await SendAsync(context, null, new ErrorEvent("The service stops."), context.RequestAborted);
        }
    }

    private static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
    }

    private static int Seen(HttpRequest request) =>
        !request.Headers.TryGetValue(LastEventId, out var value) ? 0
        : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw ApiException.Validation(LastEventId, $"'{LastEventId}' must be the id of an event of this stream.");

    private static async Task SendAsync(HttpContext context, int? id, StreamEvent message, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(message, RagJsonContext.Default.StreamEvent);
        var line = id is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"id: {id}\n");
        await context.Response.WriteAsync($"{line}data: {json}\n\n", cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
