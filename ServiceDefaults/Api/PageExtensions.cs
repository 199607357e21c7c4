using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;

namespace XoeNovAi.ServiceDefaults.Api;

/// <summary>Serves the pages of a user interface.</summary>
public static class PageExtensions
{
    private const string Folder = "wwwroot";
    private const string Icon = "image/svg+xml";

    /// <summary>Serves the files of <c>wwwroot</c> beside the assembly; those without an extension are icons.</summary>
    /// <param name="app">The service.</param>
    /// <returns>The same service.</returns>
    public static WebApplication UsePages(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = new FileServerOptions { FileProvider = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, Folder)) };
        options.StaticFileOptions.ServeUnknownFileTypes = true;
        options.StaticFileOptions.DefaultContentType = Icon;
        app.UseFileServer(options);
        return app;
    }
}
