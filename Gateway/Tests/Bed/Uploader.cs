using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace XoeNovAi.Gateway.Tests.Bed;

/// <summary>A caller who sends a body and listens meanwhile, as browsers and curl do.</summary>
internal static class Uploader
{
    private static readonly byte[] Piece = new byte[64 * 1024];

    /// <summary>Sends a request with a body and returns as soon as the answer is there, whatever has been sent by then.</summary>
    /// <param name="gateway">Where to.</param>
    /// <param name="length">How long the body is said to be; null for chunks without an end.</param>
    /// <param name="sent">After how many bytes the caller pauses for good.</param>
    /// <param name="headers">More headers, each with its end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<RawAnswer> SendAsync(Uri gateway, long? length, long sent, string headers, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Host, gateway.Port, cancellationToken);
        var stream = client.GetStream();
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var framing = length is null ? "Transfer-Encoding: chunked" : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}");
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"POST /x HTTP/1.1\r\nHost: gateway\r\n{framing}\r\n{headers}\r\n"), cancellationToken);
        var sending = SendBodyAsync(stream, length is null, sent, answered.Token);
        try
        {
            return await ReadAsync(stream, cancellationToken);
        }
        finally
        {
            await answered.CancelAsync();
            await sending;
        }
    }

    private static async Task SendBodyAsync(NetworkStream stream, bool chunked, long length, CancellationToken cancellationToken)
    {
        try
        {
            for (var left = length; left > 0; left -= Piece.Length)
            {
                var size = (int)Math.Min(left, Piece.Length);
                if (chunked)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{size:x}\r\n")), cancellationToken);
                }

                await stream.WriteAsync(Piece.AsMemory(0, size), cancellationToken);
                if (chunked)
                {
                    await stream.WriteAsync("\r\n"u8.ToArray(), cancellationToken);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The answer is there.
        }
    }

    private static async Task<RawAnswer> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            var answer = RawAnswer.Parse(text.ToString());
            if (answer.Status >= 200 && answer.Headers.TryGetValue("Content-Length", out var length) && answer.Body.Length >= int.Parse(length, CultureInfo.InvariantCulture))
            {
                return answer;
            }

            if (answer.Status is > 0 and < 200)
            {
                text.Remove(0, text.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4);
                continue;
            }

            var read = await stream.ReadAsync(buffer, cancellationToken);
            Assert.IsGreaterThan(0, read, $"the connection ends within the answer: {text}");
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }
}
