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

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        new ResponseTimeoutHandler(base.WrapHandler(context, handler), time);
}
