using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace XoeNovAi.TestSupport;

/// <summary>HTTP/1.1 written by hand: what no client would send, byte for byte.</summary>
public static class RawHttp
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>A GET of a target as it is written here, on a connection of its own.</summary>
    public static Task<RawAnswer> GetAsync(Uri server, string target, string? traceparent, CancellationToken cancellationToken)
        => SendAsync(server, $"GET {target} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\n{(traceparent is null ? string.Empty : $"traceparent: {traceparent}\r\n")}\r\n", cancellationToken);

    /// <summary>A GET whose answer is how the request arrived.</summary>
    public static Task<RawAnswer> GetEchoAsync(Uri server, string target, CancellationToken cancellationToken)
        => SendAsync(server, $"GET {target} HTTP/1.1\r\nHost: {server.Authority}\r\n{Echo.Header}: 1\r\nConnection: close\r\n\r\n", cancellationToken);

    /// <summary>Sends bytes and reads until the server closes.</summary>
    public static async Task<RawAnswer> SendAsync(Uri server, string request, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Limit);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, deadline.Token);
        Stream stream = client.GetStream();
        if (server.Scheme == Uri.UriSchemeHttps)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = server.Host }, deadline.Token);
            stream = secure;
        }

        await using var sent = stream;
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), deadline.Token);
        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, deadline.Token);
        }
        catch (IOException)
        {
            // Closed with what we sent unread: what came before that is the answer.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AssertFailedException($"The server neither answered in full nor closed within {Limit.TotalSeconds:0} s of: {request.Split('\r')[0]}");
        }

        return RawAnswer.Parse(Encoding.Latin1.GetString(received.ToArray()));
    }
}
