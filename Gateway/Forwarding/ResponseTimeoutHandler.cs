namespace XoeNovAi.Gateway.Forwarding;

/// <summary>
/// Gives a backend a time to begin its answer, counted from the end of the request. How long the answer then lasts is not limited here:
/// streams and sockets may be silent.
/// </summary>
internal sealed class ResponseTimeoutHandler(HttpMessageHandler inner, TimeSpan timeout, TimeProvider time) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(request.Content is null ? timeout : Timeout.InfiniteTimeSpan, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        if (request.Content is { } content)
        {
            request.Content = new SentContent(content, () => limit.CancelAfter(timeout));
        }

        return await base.SendAsync(request, ends.Token);
    }
}
