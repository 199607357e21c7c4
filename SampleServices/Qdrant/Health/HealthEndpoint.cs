namespace XoeNovAi.Qdrant.Health;

internal static class HealthEndpoint
{
    public static Task InvokeAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync("healthz check passed", context.RequestAborted);
    }
}
