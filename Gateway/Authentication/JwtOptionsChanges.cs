using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Authentication;

/// <summary>Makes the issuer's keys be read again when the settings have changed.</summary>
internal sealed class JwtOptionsChanges(GatewaySettings settings) : IOptionsChangeTokenSource<JwtBearerOptions>
{
    public string Name => JwtBearerDefaults.AuthenticationScheme;

    public IChangeToken GetChangeToken() => settings.ChangeToken();
}
