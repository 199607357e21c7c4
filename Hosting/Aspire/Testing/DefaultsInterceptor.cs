namespace Aspire.Hosting.Testing;

/// <summary>Applies a test's defaults to a builder, and stands back.</summary>
internal sealed class DefaultsInterceptor(Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder) : ApplicationInterceptor
{
    public override void BeforeBuilder(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        TestingDefaults.Apply(options, settings);
        configureBuilder(options, settings);
    }

    public override void AfterBuilder(DistributedApplicationBuilder builder)
    {
    }

    public override void BeforeBuild(DistributedApplicationBuilder builder)
    {
    }

    public override void AfterBuild(DistributedApplication application)
    {
    }

    public override Task RunAsync(CancellationToken cancellationToken)
        => throw new NotSupportedException("An application built for a test is started with StartAsync.");
}
