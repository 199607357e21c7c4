using System.Text;
using XoeNovAi.ServiceDefaults.Postgres;
using XoeNovAi.ServiceDefaults.Redis;

namespace XoeNovAi.CurationWorker.Curation;

/// <summary>Always 200 while the worker lives: without Redis or PostgreSQL it waits, and taking it out would not help.</summary>
internal static class HealthEndpoint
{
    private static readonly byte[] Healthy = Encoding.UTF8.GetBytes("""{"status":"healthy"}""");
    private static readonly byte[] Degraded = Encoding.UTF8.GetBytes("""{"status":"degraded"}""");

    public static async Task InvokeAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var healthy = services.GetRequiredService<RedisClient>().IsConnected && services.GetRequiredService<PostgresSchema>().IsReady;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(healthy ? Healthy : Degraded, context.RequestAborted);
    }
}
