namespace XoeNovAi.MemoryBank.Health;

internal static class HealthEndpoint
{
    private static readonly byte[] Ok = """{"status":"ok"}"""u8.ToArray();

    public static async Task InvokeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Ok, context.RequestAborted);
    }
}
