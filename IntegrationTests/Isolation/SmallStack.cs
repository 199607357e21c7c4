namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>A small stack of a test's own, beside the shared one: the stores, Consul and the gateway. Faults can be planted in it.</summary>
internal sealed class SmallStack : IAsyncDisposable
{
    private readonly IDistributedApplicationTestingBuilder _builder;

    private SmallStack(IDistributedApplicationTestingBuilder builder, DistributedApplication application)
    {
        _builder = builder;
        Observed = new(application);
    }

    public ObservedStack Observed { get; }

    public static async Task<SmallStack> StartAsync(IReadOnlyCollection<string> plants, CancellationToken cancellationToken)
    {
        string[] arguments = ["--Stack:Run=none", "--Stack:Services:gateway:Run=container", .. plants.Count == 0 ? (string[])[] : [$"--Stack:Plant={string.Join(',', plants)}"]];
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(arguments, static (_, settings) => settings.EnvironmentName = "Testing", cancellationToken);
        try
        {
            var application = await builder.BuildAsync(cancellationToken);
            await StackStart.RunAsync(application, cancellationToken);
            return new(builder, application);
        }
        catch
        {
            await builder.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Observed.Application.StopAsync();
        await _builder.DisposeAsync();
    }
}
