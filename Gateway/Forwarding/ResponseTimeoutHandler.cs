namespace XoeNovAi.Gateway.Forwarding;

/// <summary>
/// Gives a backend a time to take each piece of the request, and then to begin its answer. How long the caller takes to send the request is
/// not counted, nor how long the answer lasts: streams and sockets may be silent.
/// </summary>
/// <param name="inner">Sends requests without a body, and all of HTTP/2.</param>
/// <param name="uploads">Sends those with one over connections that listen meanwhile.</param>
/// <param name="current">What those connections know an upload by.</param>
/// <param name="time">The clock.</param>
internal sealed class ResponseTimeoutHandler(HttpMessageHandler inner, HttpMessageHandler uploads, AsyncLocal<Upload?> current, TimeProvider time)
    : DelegatingHandler(inner)
{
    /// <summary>The option of a request that says how long.</summary>
    public static readonly HttpRequestOptionsKey<TimeSpan> Timeout = new("xnai.response-timeout");

    private readonly HttpMessageInvoker _uploads = new(uploads);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Health checks of the gateway's own have a limit of theirs.
        if (!request.Options.TryGetValue(Timeout, out var timeout))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        request.Options.TryGetValue(Upload.Key, out var upload);
        using var limit = new CancellationTokenSource(upload is null ? timeout : System.Threading.Timeout.InfiniteTimeSpan, time);
        using var givenUp = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), limit);
        if (upload is null)
        {
            return await base.SendAsync(request, limit.Token);
        }

        request.Content = new TimedContent(request.Content!, upload, limit, timeout);
        HttpResponseMessage response;
        if (request.Version.Major == 1)
        {
            current.Value = upload;
            response = await _uploads.SendAsync(request, limit.Token);
        }
        else
        {
            // There the answer comes beside the upload.
            response = await base.SendAsync(request, limit.Token);
        }

        upload.IsAnswered = true;
        return response;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _uploads.Dispose();
        }

        base.Dispose(disposing);
    }
}
