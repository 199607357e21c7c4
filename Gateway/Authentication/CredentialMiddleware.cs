using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Authentication;

/// <summary>Knows callers by the API key or the token they send. Whoever sends neither, or a wrong one, stays unknown.</summary>
internal sealed class CredentialMiddleware(RequestDelegate next, GatewaySettings settings)
{
    /// <summary>The header API keys come in.</summary>
    public const string KeyHeader = "X-API-Key";

    /// <summary>The authentication type of callers known by API key.</summary>
    public const string ApiKey = "ApiKey";

    /// <summary>The authentication type of callers known by token.</summary>
    public const string Token = "Bearer";

    private const string TokenPrefix = "Bearer ";

    private readonly JsonWebTokenHandler _tokens = new() { MapInboundClaims = false };

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.TryGetValue(KeyHeader, out var key))
        {
            if (key.Count == 1 && settings.Current.Authentication.Digests().HolderOf(key[0]!) is { } holder)
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, holder)], ApiKey));
            }

            return next(context);
        }

        var authorization = headers.Authorization.ToString();
        return authorization.StartsWith(TokenPrefix, StringComparison.OrdinalIgnoreCase) && settings.Current.Authentication.Jwt is { Keys.Count: > 0 } issuer
            ? InvokeWithTokenAsync(context, authorization[TokenPrefix.Length..].Trim(), issuer)
            : next(context);
    }

    private async Task InvokeWithTokenAsync(HttpContext context, string token, JwtOptions issuer)
    {
        var result = await _tokens.ValidateTokenAsync(token, issuer.Validation());
        if (result.IsValid)
        {
            context.User = new ClaimsPrincipal(result.ClaimsIdentity);
        }

        await next(context);
    }
}
