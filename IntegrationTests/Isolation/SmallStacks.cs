namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Several small stacks, started at once.</summary>
internal sealed class SmallStacks : IAsyncDisposable
{
    private SmallStacks(IReadOnlyList<SmallStack> all) => All = all;

    public IReadOnlyList<SmallStack> All { get; }

    public static async Task<SmallStacks> StartAsync(int count, CancellationToken cancellationToken)
    {
        var starts = Enumerable.Range(0, count).Select(_ => SmallStack.StartAsync([], cancellationToken)).ToList();
        try
        {
            return new(await Task.WhenAll(starts));
        }
        catch
        {
            // Those that did start end with the one that did not.
            foreach (var started in starts.Where(static s => s.IsCompletedSuccessfully))
            {
                await (await started).DisposeAsync();
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(All.Select(static s => s.DisposeAsync().AsTask()));
}
