using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Clients;

internal static class TrustedProxyExtensions
{
    /// <summary>Takes the caller's address, scheme and host from the headers of proxies that are trusted, as far back as all of them are.</summary>
    public static void UseTrustedProxies(this IApplicationBuilder app, GatewayOptions gateway)
    {
        app.UseMiddleware<PlainAddressMiddleware>();
        if (gateway.Clients.TrustedProxies.Length == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in gateway.Clients.TrustedProxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
            {
                options.KnownProxies.Add(address);
            }
            else
            {
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        }

        app.UseForwardedHeaders(options);

        // What a proxy that takes both kinds says of a caller is written so as well.
        app.UseMiddleware<PlainAddressMiddleware>();
    }
}
