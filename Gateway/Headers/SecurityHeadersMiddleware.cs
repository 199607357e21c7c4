namespace XoeNovAi.Gateway.Headers;

internal sealed class SecurityHeadersMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        // When the response starts, so that a backend's own values do not survive.
        context.Response.OnStarting(Apply, context.Response);
        return next(context);
    }

    private static Task Apply(object response)
    {
        SecurityHeaders.Apply(((HttpResponse)response).Headers);
        return Task.CompletedTask;
    }
}
