namespace XoeNovAi.IntegrationTests.Harness.Consul;

/// <summary>A registration of a test; disposing takes it out of Consul.</summary>
internal sealed class ConsulLease(Func<Task> remove) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await remove();
}
