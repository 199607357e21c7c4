using System.Globalization;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Errors;
using XoeNovAi.Gateway.Routing;

namespace XoeNovAi.Gateway.Maintenance;

/// <summary>Answers 503 on every route while maintenance is on.</summary>
internal sealed class MaintenanceMiddleware(RequestDelegate next, MaintenanceSwitch maintenance, GatewaySettings settings)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!maintenance.IsOn || context.Route() is null)
        {
            return next(context);
        }

        context.Response.Headers.RetryAfter = ((int)settings.Current.Maintenance.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The stack is under maintenance.");
    }
}
