using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// The gRPC server from which the dashboard learns what resources there are: on loopback, on a port of its own,
/// open only to who knows the key.
/// </summary>
internal sealed class DashboardResourceServer : IAsyncDisposable
{
    private const string ApiKeyHeader = "x-resource-service-api-key";

    private readonly WebApplication _app;

    private DashboardResourceServer(WebApplication app, string apiKey, Uri url)
    {
        _app = app;
        ApiKey = apiKey;
        Url = url;
    }

    /// <summary>What callers must present.</summary>
    public string ApiKey { get; }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Starts the server; it answers when this returns.</summary>
    public static async Task<DashboardResourceServer> StartAsync(IDashboardResourceSource source, CancellationToken cancellationToken)
    {
        var apiKey = DashboardLaunch.NewSecret();
        var expected = Encoding.UTF8.GetBytes(apiKey);

        // The empty builder reads neither files nor environment: ASPNETCORE_URLS of the AppHost is meant for the dashboard.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(source);
        builder.Services.AddSingleton<DashboardResourceService>();

        var app = builder.Build();
        try
        {
            app.Use(next => context =>
            {
                var presented = Encoding.UTF8.GetBytes(context.Request.Headers[ApiKeyHeader].ToString());
                if (CryptographicOperations.FixedTimeEquals(presented, expected))
                {
                    return next(context);
                }

                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            });
            app.MapGrpcService<DashboardResourceService>();
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
            return new DashboardResourceServer(app, apiKey, new Uri(address));
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends all streams and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }
}
