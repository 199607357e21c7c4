using System.Net;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>A body each piece of which must be taken within a time; once all of it is, the time for the answer begins.</summary>
internal sealed class TimedContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly CancellationTokenSource _limit;
    private readonly TimeSpan _timeout;

    public TimedContent(HttpContent content, CancellationTokenSource limit, TimeSpan timeout)
    {
        _content = content;
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
        await using var timed = new TimedStream(stream, _limit, _timeout);
        await _content.CopyToAsync(timed, context, cancellationToken);
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
}
