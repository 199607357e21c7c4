namespace XoeNovAi.Gateway.Forwarding;

/// <summary>Passes on what is written, and lets a limit run meanwhile. It does not own the stream below.</summary>
internal sealed class TimedStream(Stream inner, Upload upload, CancellationTokenSource limit, TimeSpan timeout) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Lets the limit run.</summary>
    public void Begin() => Limit(timeout);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        upload.Take(buffer.Length);
        var writing = inner.WriteAsync(buffer, cancellationToken);
        if (writing.IsCompletedSuccessfully)
        {
            return;
        }

        Begin();
        await writing;
        Limit(Timeout.InfiniteTimeSpan);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        var flushing = inner.FlushAsync(cancellationToken);
        if (flushing.IsCompletedSuccessfully)
        {
            return;
        }

        Begin();
        await flushing;
        Limit(Timeout.InfiniteTimeSpan);
    }

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // A backend may answer before it has read the request: then the limit is gone, and nothing is to be limited.
    private void Limit(TimeSpan time)
    {
        try
        {
            limit.CancelAfter(time);
        }
        catch (ObjectDisposedException)
        {
            // The answer has begun.
        }
    }
}
