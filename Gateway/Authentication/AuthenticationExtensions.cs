using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Authentication;

internal static class AuthenticationExtensions
{
    private const string Chosen = "Chosen";
    private const string Bearer = "Bearer ";

    /// <summary>Knows callers by API key or by token, whichever they send, and lets through who may pass a route.</summary>
    /// <param name="services">The gateway's.</param>
    /// <param name="options">The settings at the start: policies that come later need another.</param>
    public static void AddGatewayAuthentication(this IServiceCollection services, GatewayOptions options)
    {
        services.AddAuthentication(Chosen)
            .AddPolicyScheme(Chosen, null, options => options.ForwardDefaultSelector = Choose)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(AccessOptions.ApiKey, null)
            .AddJwtBearer(JwtBearerDefaults.AuthenticationScheme, _ => { });
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<GatewaySettings>(Configure);
        services.AddSingleton<IOptionsChangeTokenSource<JwtBearerOptions>, JwtOptionsChanges>();
        services.AddAuthorization(authorization =>
        {
            foreach (var name in options.Authorization.Keys)
            {
                authorization.AddPolicy(name, policy => policy.AddRequirements(new AccessRequirement(name)));
            }
        });
        services.AddSingleton<IAuthorizationHandler, AccessHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessResults>();
    }

    private static string Choose(HttpContext context) =>
        !context.Request.Headers.ContainsKey(ApiKeyHandler.Header) && context.Request.Headers.Authorization.ToString().StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? JwtBearerDefaults.AuthenticationScheme
            : AccessOptions.ApiKey;

    private static void Configure(JwtBearerOptions bearer, GatewaySettings settings)
    {
        var jwt = settings.Current.Authentication.Jwt;
        bearer.MapInboundClaims = false;
        bearer.IncludeErrorDetails = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = jwt.Issuer,
            ValidAudience = jwt.Audience,
            IssuerSigningKeys = [.. jwt.Keys.Select(key => IssuerKeys.Read(key.Key, key.Value))],
            // Never HMAC: a public key must not be taken for a shared secret.
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ValidateIssuer = true,
            ValidateAudience = true,
            ValidateLifetime = true,
            ValidateIssuerSigningKey = true,
            ClockSkew = jwt.ClockSkew,
            AuthenticationType = JwtBearerDefaults.AuthenticationScheme,
            NameClaimType = JwtRegisteredClaimNames.Sub,
        };
    }
}
