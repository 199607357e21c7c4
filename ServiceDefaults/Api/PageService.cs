using Microsoft.AspNetCore.Builder;

namespace XoeNovAi.ServiceDefaults.Api;

/// <summary>A service that has nothing but its pages: what stands for a user interface.</summary>
public static class PageService
{
    /// <summary>Runs it until it is told to end.</summary>
    /// <param name="args">The command line.</param>
    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddServiceDefaults();

        var app = builder.Build();
        app.UseApiErrors();
        app.UsePages();
        app.MapDefaultEndpoints();
        await app.RunAsync().ConfigureAwait(false);
    }
}
