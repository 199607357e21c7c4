namespace XoeNovAi.Oikos;

internal static class HealthEndpoint
{
    private static readonly byte[] Active = """{"status":"ACTIVE","hearth":"WARM"}"""u8.ToArray();

    public static async Task InvokeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Active, context.RequestAborted);
    }
}
