using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Aspire.Hosting.Backchannel;

/// <summary>Reads several sequences at once.</summary>
internal static class AsyncSequences
{
    public static async IAsyncEnumerable<T> MergeAsync<T>(IReadOnlyList<IAsyncEnumerable<T>> sources, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = Channel.CreateUnbounded<T>(new() { SingleReader = true });
        var copying = CompleteAsync(sources.Select(s => CopyAsync(s, items.Writer, cancellationToken)), items.Writer);
        await foreach (var item in items.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }

        await copying.ConfigureAwait(false);
    }

    private static async Task CopyAsync<T>(IAsyncEnumerable<T> source, ChannelWriter<T> target, CancellationToken cancellationToken)
    {
        await foreach (var item in source.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            target.TryWrite(item);
        }
    }

    private static async Task CompleteAsync<T>(IEnumerable<Task> copying, ChannelWriter<T> target)
    {
        try
        {
            await Task.WhenAll(copying).ConfigureAwait(false);
            target.TryComplete();
        }
        catch (Exception exception)
        {
            target.TryComplete(exception);
        }
    }
}
