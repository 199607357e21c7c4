using Microsoft.AspNetCore.Authorization;
using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Authentication;

/// <summary>Whether a caller has shown what a policy asks for.</summary>
internal sealed class AccessHandler(GatewaySettings settings) : AuthorizationHandler<AccessRequirement>
{
    private const string ScopeClaim = "scope";

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, AccessRequirement requirement)
    {
        if (settings.Current.Authorization.TryGetValue(requirement.Policy, out var access)
            && context.User.Identity is { IsAuthenticated: true, Name.Length: > 0, AuthenticationType: { } scheme }
            && access.Schemes.Contains(scheme, StringComparer.OrdinalIgnoreCase))
        {
            // One claim with all of them, separated by spaces, or one each.
            if (access.Scope is not { } scope || context.User.FindAll(ScopeClaim).Any(claim => claim.Value.Split(' ').Contains(scope, StringComparer.Ordinal)))
            {
                context.Succeed(requirement);
            }
            else
            {
                context.Fail(new AuthorizationFailureReason(this, "The credential does not allow this."));
            }
        }

        return Task.CompletedTask;
    }
}
