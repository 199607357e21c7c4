namespace XoeNovAi.Vikunja;

/// <summary><c>GET /api/v1/info</c>: what a client asks first.</summary>
internal static class InfoEndpoint
{
    private static readonly byte[] Info =
        """{"version":"stub","frontend_url":"/vikunja/","motd":"","link_sharing_enabled":false,"registration_enabled":false,"max_file_size":"20MB"}"""u8.ToArray();

    public static async Task InvokeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Info, context.RequestAborted);
    }
}
