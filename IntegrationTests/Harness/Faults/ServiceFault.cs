namespace XoeNovAi.IntegrationTests.Harness.Faults;

/// <summary>Faults that are on; disposing switches them off.</summary>
internal sealed class ServiceFault(Func<Task> clear) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await clear();
}
