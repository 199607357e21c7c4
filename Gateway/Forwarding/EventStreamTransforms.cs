using Microsoft.Net.Http.Headers;
using XoeNovAi.Gateway.Errors;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>Has event streams open at once, and end with an event that says so when they are cut, where YARP alone would only break the caller's connection.</summary>
internal sealed class EventStreamTransforms(ILogger<EventStreamTransforms> logger) : ITransformProvider
{
    private const string EventStreamType = "text/event-stream";

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context) => context.AddResponseTransform(async transform =>
    {
        if (transform.ProxyResponse is { } answer && IsEventStream(transform.HttpContext))
        {
            var events = await answer.Content.ReadAsStreamAsync(transform.CancellationToken);
            answer.Content = new StreamContent(new EventStream(events, cause => End(transform.HttpContext, cause)));

            // YARP alone sends the head with the first event: until then the caller could not know that its stream is open.
            await transform.HttpContext.Response.Body.FlushAsync(transform.CancellationToken);
        }
    });

    // Of one that is compressed nobody here sees where events end, and one that has told its length can hold no more.
    private static bool IsEventStream(HttpContext context)
    {
        var headers = context.Response.Headers;
        return headers.ContentType is [{ } type] && type.StartsWith(EventStreamType, StringComparison.OrdinalIgnoreCase)
            && (type.Length == EventStreamType.Length || type[EventStreamType.Length] is ';' or ' ')
            && headers.ContentLength is null && !headers.ContainsKey(HeaderNames.ContentEncoding);
    }

    private ReadOnlyMemory<byte>? End(HttpContext context, IOException cause)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }

        // As far as YARP knows the answer is whole; breaker and health must count it as what it is.
        context.Features.Set<IForwarderErrorFeature>(new CutAnswer(cause));
        var service = context.GetReverseProxyFeature().Cluster.Config.ClusterId;
        logger.LogWarning("{Service} has cut an event stream: {Reason}", service, cause.Message);
        return Problem.CreateEvent(StatusCodes.Status502BadGateway, $"{service} broke off its answer.", service, context.TraceIdentifier);
    }
}
