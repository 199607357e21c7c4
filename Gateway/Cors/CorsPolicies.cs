using Microsoft.AspNetCore.Cors.Infrastructure;
using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Cors;

/// <summary>The one policy of the settings, as they are now.</summary>
internal sealed class CorsPolicies(GatewaySettings settings) : ICorsPolicyProvider
{
    private volatile Tuple<CorsOptions, CorsPolicy>? _built;

    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        var options = settings.Current.Cors;
        if (_built is not { } built || !ReferenceEquals(built.Item1, options))
        {
            built = Tuple.Create(options, Build(options));
            _built = built;
        }

        return Task.FromResult<CorsPolicy?>(built.Item2);
    }

    private static CorsPolicy Build(CorsOptions options)
    {
        var policy = new CorsPolicyBuilder()
            .WithOrigins(options.Origins)
            .WithMethods(options.Methods ?? CorsOptions.DefaultMethods)
            .WithHeaders(options.Headers ?? CorsOptions.DefaultHeaders)
            .WithExposedHeaders(options.ExposedHeaders ?? CorsOptions.DefaultExposedHeaders)
            .SetPreflightMaxAge(options.MaximumAge);
        return (options.Credentials ? policy.AllowCredentials() : policy.DisallowCredentials()).Build();
    }
}
