using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Net.Http.Headers;
using XoeNovAi.Gateway.Authentication;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Routing;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace XoeNovAi.Gateway.Clients;

/// <summary>Tells the services who calls, and keeps what the caller proved it with.</summary>
internal sealed class CallerTransforms : ITransformProvider
{
    private const string RealIp = "X-Real-IP";
    private const string ForwardedPrefix = "X-Forwarded-Prefix";
    private const string Subject = "X-Auth-Subject";
    private const string Method = "X-Auth-Method";
    private const string Scope = "X-Auth-Scope";
    private const string ScopeClaim = "scope";

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        var stripped = context.Route.StrippedPrefix();
        var isGuarded = context.Route.AuthorizationPolicy is { } policy && !string.Equals(policy, "anonymous", StringComparison.OrdinalIgnoreCase);
        context.AddXForwarded(ForwardedTransformActions.Set);
        context.AddXForwardedPrefix(action: ForwardedTransformActions.Remove);
        context.AddRequestTransform(transform =>
        {
            var headers = transform.ProxyRequest.Headers;
            headers.TryAddWithoutValidation(RealIp, transform.HttpContext.Connection.RemoteIpAddress?.ToString());
            if (stripped is { } prefix)
            {
                headers.TryAddWithoutValidation(ForwardedPrefix, prefix);
            }

            headers.Remove(ApiKeyHandler.Header);
            if (isGuarded && headers.NonValidated.TryGetValues(HeaderNames.Authorization, out var credentials) && credentials.Any(IsToken))
            {
                headers.Authorization = null;
            }

            if (transform.HttpContext.User.Identity is ClaimsIdentity { IsAuthenticated: true, Name: { } name } identity)
            {
                AddIdentity(headers, identity, name);
            }

            return ValueTask.CompletedTask;
        });
    }

    private static bool IsToken(string credential) => credential.StartsWith(JwtBearerDefaults.AuthenticationScheme, StringComparison.OrdinalIgnoreCase);

    private static void AddIdentity(System.Net.Http.Headers.HttpRequestHeaders headers, ClaimsIdentity identity, string name)
    {
        // A subject is the issuer's free text: what could not stand in a header is encoded.
        headers.TryAddWithoutValidation(Subject, Uri.EscapeDataString(name));
        headers.TryAddWithoutValidation(Method, identity.AuthenticationType == AccessOptions.ApiKey ? "api-key" : "jwt");
        var scopes = identity.FindAll(ScopeClaim).Select(claim => claim.Value).ToArray();
        if (scopes.Length > 0)
        {
            headers.TryAddWithoutValidation(Scope, string.Join(' ', scopes.Select(scope => Uri.EscapeDataString(scope).Replace("%20", " ", StringComparison.Ordinal))));
        }
    }
}
