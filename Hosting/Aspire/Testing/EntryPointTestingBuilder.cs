namespace Aspire.Hosting.Testing;

/// <summary>The builder an AppHost's code has filled.</summary>
internal sealed class EntryPointTestingBuilder(EntryPointInterceptor interceptor, DistributedApplicationBuilder inner) : TestingBuilder(inner)
{
    protected override Task<DistributedApplication> BuildCoreAsync(CancellationToken cancellationToken) => interceptor.BuildAsync(cancellationToken);

    protected override Task EndAsync() => interceptor.EndAsync();
}
