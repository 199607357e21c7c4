using System.Net.Mime;

namespace XoeNovAi.Gateway.Health;

internal static class HealthEndpoint
{
    public static Task InvokeAsync(HttpContext context)
    {
        context.Response.ContentType = MediaTypeNames.Application.Json;
        return context.Response.WriteAsync("""{"status":"healthy"}""", context.RequestAborted);
    }
}
