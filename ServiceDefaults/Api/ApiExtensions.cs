using Microsoft.AspNetCore.Builder;

namespace XoeNovAi.ServiceDefaults.Api;

/// <summary>Adds what the APIs of the stack share.</summary>
public static class ApiExtensions
{
    /// <summary>Gives every error that comes from behind it the shape of the contract.</summary>
    /// <param name="app">The service.</param>
    /// <returns>The same service.</returns>
    public static WebApplication UseApiErrors(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseMiddleware<ErrorMiddleware>();
        return app;
    }
}
