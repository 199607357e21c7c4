namespace XoeNovAi.Gateway.Breakers;

/// <summary>One attempt to forward a request, which may go on after its outcome is known.</summary>
internal sealed class ForwardingAttempt(RequestDelegate next, HttpContext context)
{
    public HttpContext Context { get; } = context;

    /// <summary>The whole of it; completed when it was never begun.</summary>
    public Task Forwarding { get; private set; } = Task.CompletedTask;

    public Task StartAsync() => Forwarding = next(Context);

    /// <summary>Completes when the answer has begun.</summary>
    public Task HeadersAsync()
    {
        var headers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Context.Response.OnStarting(() =>
        {
            headers.TrySetResult();
            return Task.CompletedTask;
        });
        return headers.Task;
    }
}
