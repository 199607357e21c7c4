using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Errors;

namespace XoeNovAi.Gateway.Authentication;

/// <summary>Answers who may not pass, as the gateway answers other errors.</summary>
internal sealed class AccessResults(GatewaySettings settings) : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        // ASP.NET forbids whoever is known. Known in another way than the one that is asked for is not known here.
        if (authorizeResult.AuthorizationFailure is { FailureReasons: var reasons } && reasons.Any())
        {
            return Problem.WriteAsync(context, StatusCodes.Status403Forbidden, reasons.First().Message);
        }

        var schemes = policy.Requirements.OfType<AccessRequirement>().SelectMany(asked => settings.Current.Authorization[asked.Policy].Schemes).ToList();
        context.Response.Headers.WWWAuthenticate = schemes is [] || schemes.Contains(JwtBearerDefaults.AuthenticationScheme, StringComparer.OrdinalIgnoreCase)
            ? JwtBearerDefaults.AuthenticationScheme
            : AccessOptions.ApiKey;
        return Problem.WriteAsync(context, StatusCodes.Status401Unauthorized, "A valid credential is needed here.");
    }
}
