using XoeNovAi.Gateway.Errors;
using XoeNovAi.Gateway.Routing;

namespace XoeNovAi.Gateway.Authentication;

/// <summary>Lets through who may pass the route.</summary>
internal sealed class AccessMiddleware(RequestDelegate next)
{
    private const string ScopeClaim = "scope";

    public Task InvokeAsync(HttpContext context)
    {
        if (RoutePolicy.Of(context) is not { } policy || policy.Access == Access.Open)
        {
            return next(context);
        }

        var kind = context.User.Identity is { IsAuthenticated: true, Name.Length: > 0 } identity ? identity.AuthenticationType : null;
        var known = policy.Access switch
        {
            Access.ApiKey => kind == CredentialMiddleware.ApiKey,
            Access.Jwt => kind == CredentialMiddleware.Token,
            _ => kind is not null,
        };
        if (!known)
        {
            context.Response.Headers.WWWAuthenticate = policy.Access == Access.ApiKey ? "ApiKey" : "Bearer";
            return Problem.WriteAsync(context, StatusCodes.Status401Unauthorized, "A valid credential is needed here.");
        }

        return policy.Scope is { } scope && !HasScope(context, scope)
            ? Problem.WriteAsync(context, StatusCodes.Status403Forbidden, "The credential does not allow this.")
            : next(context);
    }

    // One claim with all of them, separated by spaces, or one each.
    private static bool HasScope(HttpContext context, string scope) =>
        context.User.FindAll(ScopeClaim).Any(claim => claim.Value.Split(' ').Contains(scope, StringComparer.Ordinal));
}
