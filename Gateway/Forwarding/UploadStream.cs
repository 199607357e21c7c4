using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.ExceptionServices;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>
/// A connection for requests with a body, which listens while it speaks. <see cref="SocketsHttpHandler"/> sends a whole body before it
/// looks at the answer: of an instance that refuses an upload early it would see only that writing fails, or never ends.
/// Here the answer is read as it comes. If it refuses (300 and above), or writing fails and there is one, what is left of the upload is dropped
/// as if it had been sent, and the connection is not used again.
/// </summary>
internal sealed class UploadStream : Stream
{
    private const int ReadSize = 16 * 1024;
    private const int Refused = 300;

    private readonly Stream _inner;
    private readonly AsyncLocal<Upload?> _current;
    private readonly Pipe _answers = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
    private volatile Exchange? _exchange;
    private IOException? _error;

    /// <param name="inner">The connection.</param>
    /// <param name="current">The upload of whoever writes.</param>
    public UploadStream(Stream inner, AsyncLocal<Upload?> current)
    {
        _inner = inner;
        _current = current;
        _ = ListenAsync();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A connection of the pool goes from one request to the next: its first write tells.
        if (_current.Value is { } upload && _exchange?.Upload != upload)
        {
            _exchange = new(upload, new FinalStatus());
        }

        if (_exchange is not { } exchange)
        {
            return _inner.WriteAsync(buffer, cancellationToken);
        }

        if (exchange.Upload.IsOver)
        {
            return ValueTask.CompletedTask;
        }

        var writing = _inner.WriteAsync(buffer, exchange.Upload.Over);
        return writing.IsCompletedSuccessfully ? writing : new(FinishAsync(writing, exchange.Upload));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = await _answers.Reader.ReadAsync(cancellationToken);
        if (result.Buffer.IsEmpty)
        {
            // Behind a refusal the instance closes with the upload unread, which resets the connection: the answer ends there all the same.
            _answers.Reader.AdvanceTo(result.Buffer.End);
            if (_error is { } error && _exchange?.Upload.IsOver != true)
            {
                ExceptionDispatchInfo.Throw(error);
            }

            return 0;
        }

        var length = (int)Math.Min(buffer.Length, result.Buffer.Length);
        var read = result.Buffer.Slice(0, length);
        read.CopyTo(buffer.Span);
        _answers.Reader.AdvanceTo(read.End);
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private static async Task FinishAsync(ValueTask writing, Upload upload)
    {
        try
        {
            await writing;
        }
        catch (OperationCanceledException) when (upload.IsOver)
        {
            // The answer needs no more.
        }
        catch (IOException)
        {
            // What the instance said before it closed has arrived, or never will.
            if (!await upload.FinalAsync())
            {
                throw;
            }

            upload.End();
        }
    }

    private async Task ListenAsync()
    {
        try
        {
            int read;
            do
            {
                var memory = _answers.Writer.GetMemory(ReadSize);
                read = await _inner.ReadAsync(memory);
                Hand(memory[..read], _exchange);
                await _answers.Writer.FlushAsync();
            }
            while (read > 0);
        }
        catch (IOException exception)
        {
            _error = exception;
        }
        catch (ObjectDisposedException)
        {
            // The handler is done with the connection.
        }
        finally
        {
            _exchange?.Upload.SetFinal(false);
            await _answers.Writer.CompleteAsync();
        }
    }

    private void Hand(ReadOnlyMemory<byte> read, Exchange? exchange)
    {
        if (exchange is null || exchange.Status.IsDecided || exchange.Status.Find(read.Span) is not (> 0 and var line))
        {
            _answers.Writer.Advance(read.Length);
            return;
        }

        var (upload, status) = exchange;
        upload.SetFinal(true);
        if (status.Value < Refused)
        {
            _answers.Writer.Advance(read.Length);
            return;
        }

        // The handler must not send another request behind a body that is half sent, or half read: then the instance closes, announced or not.
        var rest = read[line..].ToArray();
        _answers.Writer.Advance(line);
        _answers.Writer.Write("Connection: close\r\n"u8);
        _answers.Writer.Write(rest);
        if (!upload.IsSent)
        {
            upload.End();
        }
    }

    private sealed record Exchange(Upload Upload, FinalStatus Status);
}
