using System.Text;

namespace XoeNovAi.CurationWorker.Curation;

/// <summary>
/// Always 200 while the worker lives: without Redis or PostgreSQL it waits, and taking it out would not help. Degraded while either is
/// away or takes no writes, or something else than a message keeps the messages from being handled.
/// </summary>
internal static class HealthEndpoint
{
    private static readonly byte[] Healthy = Encoding.UTF8.GetBytes("""{"status":"healthy"}""");
    private static readonly byte[] Degraded = Encoding.UTF8.GetBytes("""{"status":"degraded"}""");

    public static async Task InvokeAsync(HttpContext context)
    {
        var isWell = await context.RequestServices.GetRequiredService<StoreProbe>().IsWellAsync();
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(isWell ? Healthy : Degraded, context.RequestAborted);
    }
}
