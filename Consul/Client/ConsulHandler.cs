using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace XoeNovAi.Consul.Client;

/// <summary>The connections to Consul.</summary>
internal static class ConsulHandler
{
    public static SocketsHttpHandler Create(X509Certificate2Collection? authorities) => new()
    {
        // No propagator, no spans: blocking queries last minutes and never end, and belong to no request.
        ActivityHeadersPropagator = null,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        // With the handshake of TLS.
        ConnectTimeout = TimeSpan.FromSeconds(2),
        ConnectCallback = ConnectAsync,
        SslOptions = authorities is null ? new() : new SslClientAuthenticationOptions { CertificateChainPolicy = PolicyOf(authorities) },
    };

    // Nobody is asked whether a certificate was revoked: no authority of a stack publishes that, and no service may call outside.
    private static X509ChainPolicy PolicyOf(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    // A blocking query on a cut network would wait for its full time; keep-alive finds the cut within seconds.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 3);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
