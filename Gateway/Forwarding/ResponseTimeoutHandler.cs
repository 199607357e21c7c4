namespace XoeNovAi.Gateway.Forwarding;

/// <summary>
/// Gives a backend a time to take each piece of the request, and then to begin its answer. How long the caller takes to send the request is
/// not counted, nor how long the answer lasts: streams and sockets may be silent.
/// </summary>
internal sealed class ResponseTimeoutHandler(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    /// <summary>The option of a request that says how long.</summary>
    public static readonly HttpRequestOptionsKey<TimeSpan> Timeout = new("xnai.response-timeout");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Health checks of the gateway's own have a limit of theirs.
        if (!request.Options.TryGetValue(Timeout, out var timeout))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        using var limit = new CancellationTokenSource(request.Content is null ? timeout : System.Threading.Timeout.InfiniteTimeSpan, time);
        using var givenUp = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), limit);
        if (request.Content is { } content)
        {
            request.Content = new TimedContent(content, limit, timeout);
        }

        return await base.SendAsync(request, limit.Token);
    }
}
