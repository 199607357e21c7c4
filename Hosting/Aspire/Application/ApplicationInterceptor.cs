namespace Aspire.Hosting;

/// <summary>
/// Lets a test stand between an AppHost's entry point and the application it builds. It flows with the
/// entry point's call, so several AppHosts can be taken over in one process at once.
/// </summary>
internal abstract class ApplicationInterceptor
{
    private static readonly AsyncLocal<ApplicationInterceptor?> Flowing = new();

    public static ApplicationInterceptor? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    public abstract void BeforeBuilder(DistributedApplicationOptions options, HostApplicationBuilderSettings settings);

    public abstract void AfterBuilder(DistributedApplicationBuilder builder);

    public abstract void BeforeBuild(DistributedApplicationBuilder builder);

    public abstract void AfterBuild(DistributedApplication application);

    public abstract Task RunAsync(CancellationToken cancellationToken);
}
