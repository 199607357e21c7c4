using System.Net;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>A body that says when it has been sent.</summary>
internal sealed class SentContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly Action _sent;

    public SentContent(HttpContent content, Action sent)
    {
        _content = content;
        _sent = sent;
        foreach (var (name, values) in content.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await _content.CopyToAsync(stream, context, cancellationToken);
        _sent();
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
