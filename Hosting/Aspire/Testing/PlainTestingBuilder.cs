namespace Aspire.Hosting.Testing;

/// <summary>A builder without an AppHost.</summary>
internal sealed class PlainTestingBuilder(string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder)
    : TestingBuilder(new DistributedApplicationBuilder(new() { Args = args }, new DefaultsInterceptor(configureBuilder)))
{
    protected override Task<DistributedApplication> BuildCoreAsync(CancellationToken cancellationToken) => Task.FromResult(Inner.Build());
}
