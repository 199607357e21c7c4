using System.Net.Sockets;

namespace XoeNovAi.ServiceDefaults.Telemetry;

/// <summary>
/// Has the exporter try again while nobody answers to the collector's name: the tunnel that has it may open later than the
/// service. Of its own it tries again when a connection is refused, and throws away what it was to send when a name is unknown.
/// </summary>
internal sealed class AwaitedCollectorHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.NameResolutionError)
        {
            throw new HttpRequestException(exception.Message, new SocketException((int)SocketError.ConnectionRefused));
        }
    }
}
