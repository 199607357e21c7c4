using System.Diagnostics;
using System.Net;
using XoeNovAi.Gateway.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>The clients that call the services, with the gateway's time limits.</summary>
internal sealed class GatewayHttpClientFactory(GatewaySettings settings, TimeProvider time, ILogger<ForwarderHttpClientFactory> logger)
    : ForwarderHttpClientFactory(logger)
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectTimeout = settings.Current.ConnectTimeout;

        // Of an answer whose caller has left nothing is read any more: the service would go on with it for two seconds.
        handler.MaxResponseDrainSize = 0;
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler)
    {
        var current = new AsyncLocal<Upload?>();
        return new ResponseTimeoutHandler(base.WrapHandler(context, handler), CreateUploads(context, current), current, time);
    }

    // As YARP makes the other one.
    private SocketsHttpHandler CreateUploads(ForwarderHttpClientContext context, AsyncLocal<Upload?> current)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
            PlaintextStreamFilter = (connection, _) => ValueTask.FromResult<Stream>(new UploadStream(connection.PlaintextStream, current)),
        };
        ConfigureHandler(context, handler);
        return handler;
    }
}
