namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What a test of reachability works with: an outside of its own, the guard, and the prober behind it.</summary>
internal sealed class Lab : IAsyncDisposable
{
    private Lab(Outside outside, EgressGuard guard, Prober prober)
    {
        Outside = outside;
        Guard = guard;
        Prober = prober;
    }

    public Outside Outside { get; }

    public EgressGuard Guard { get; }

    public Prober Prober { get; }

    public static async Task<Lab> OpenAsync(ObservedStack stack, CancellationToken cancellationToken)
    {
        var outside = await Outside.CreateAsync(stack, cancellationToken);
        try
        {
            var guard = await EgressGuard.RaiseAsync(stack, outside, cancellationToken);
            try
            {
                return new(outside, guard, await Prober.CreateAsync(stack, guard, cancellationToken));
            }
            catch
            {
                await guard.DisposeAsync();
                throw;
            }
        }
        catch
        {
            await outside.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Guard.DisposeAsync();
        await Outside.DisposeAsync();
    }
}
