using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Cors.Infrastructure;
using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Cors;

/// <summary>The policies of the settings, as they are now.</summary>
internal sealed class CorsPolicies(GatewaySettings settings) : ICorsPolicyProvider
{
    /// <summary>The policy of routes that name none.</summary>
    public const string Default = nameof(Default);

    private readonly ConditionalWeakTable<CorsPolicyOptions, CorsPolicy> _built = [];

    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName) =>
        Task.FromResult(settings.Current.Cors.TryGetValue(policyName ?? Default, out var options) ? _built.GetValue(options, Build) : null);

    private static CorsPolicy Build(CorsPolicyOptions options)
    {
        var policy = new CorsPolicyBuilder()
            .WithOrigins(options.Origins)
            .WithMethods(options.Methods ?? CorsPolicyOptions.DefaultMethods)
            .WithHeaders(options.Headers ?? CorsPolicyOptions.DefaultHeaders)
            .WithExposedHeaders(options.ExposedHeaders ?? CorsPolicyOptions.DefaultExposedHeaders)
            .SetPreflightMaxAge(options.MaximumAge);
        return (options.Credentials ? policy.AllowCredentials() : policy.DisallowCredentials()).Build();
    }
}
