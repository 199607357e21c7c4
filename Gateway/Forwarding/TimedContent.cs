using System.Net;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>A body each piece of which must be taken within a time; once all of it is, the time for the answer begins.</summary>
internal sealed class TimedContent : HttpContent
{
    private static readonly ReadOnlyMemory<byte> Nothing = new byte[64 * 1024];

    private readonly HttpContent _content;
    private readonly Upload _upload;
    private readonly CancellationTokenSource _limit;
    private readonly TimeSpan _timeout;
    private bool _begun;

    public TimedContent(HttpContent content, Upload upload, CancellationTokenSource limit, TimeSpan timeout)
    {
        _content = content;
        _upload = upload;
        _limit = limit;
        _timeout = timeout;
        foreach (var (name, values) in content.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_begun)
        {
            // The handler tries again when a connection it had kept turns out to be closed, which a body that has been read does not allow.
            throw new HttpIOException(HttpRequestError.ResponseEnded, "The connection was closed before an answer, and the body cannot be sent again.");
        }

        _begun = true;
        await using var timed = new TimedStream(stream, _upload, _limit, _timeout);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _upload.Over);
        try
        {
            await _content.CopyToAsync(timed, context, reading.Token);
            await timed.FlushAsync(reading.Token);
            _upload.IsSent = !_upload.IsOver;
        }
        catch (Exception) when (_upload.IsOver)
        {
            // Reading from the caller was given up.
        }

        if (_upload.IsOver)
        {
            await FillAsync(stream, cancellationToken);
        }

        timed.Begin();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }

    // The handler takes no answer to a body that is shorter than its Content-Length. Nothing of this is sent.
    private async Task FillAsync(Stream stream, CancellationToken cancellationToken)
    {
        for (var missing = _upload.Missing; missing > 0; missing -= Nothing.Length)
        {
            await stream.WriteAsync(Nothing[..(int)Math.Min(missing, Nothing.Length)], cancellationToken);
        }
    }
}
