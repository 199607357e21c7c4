using System.Buffers;
using System.IO.Pipelines;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>
/// The body of a request as the caller sends it. Reading can be given up without harm: Kestrel's own stream leaves a read unfinished when it
/// is cancelled, and then the caller's connection is closed while it is still sending, which loses the answer.
/// </summary>
internal sealed class CallerBody(PipeReader reader) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await using var givenUp = cancellationToken.UnsafeRegister(static state => ((PipeReader)state!).CancelPendingRead(), reader);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = await reader.ReadAsync(CancellationToken.None);
            if (result.IsCanceled)
            {
                reader.AdvanceTo(result.Buffer.Start);
                continue;
            }

            var length = (int)Math.Min(buffer.Length, result.Buffer.Length);
            var read = result.Buffer.Slice(0, length);
            read.CopyTo(buffer.Span);
            reader.AdvanceTo(read.End);
            return length;
        }
    }
}
