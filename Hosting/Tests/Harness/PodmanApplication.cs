using Microsoft.Extensions.Logging;
using XoeNovAi.Hosting.Podman;

namespace XoeNovAi.Hosting.Tests.Harness;

/// <summary>An application of a test's own on rootless Podman. When it ends, nothing of it may be left.</summary>
internal sealed class PodmanApplication : IAsyncDisposable
{
    /// <summary>An image with a shell and what one looks around with; its entrypoint ends at SIGTERM.</summary>
    public const string Probe = "localhost/xoe-novai/probe";

    /// <summary>An image with a web server that has no pages yet.</summary>
    public const string Web = "localhost/xoe-novai/nginx";

    private readonly IDistributedApplicationTestingBuilder _builder;

    private PodmanApplication(IDistributedApplicationTestingBuilder builder, DistributedApplication application)
    {
        _builder = builder;
        Application = application;
    }

    /// <summary>The application.</summary>
    public DistributedApplication Application { get; }

    /// <summary>What it wrote to the console.</summary>
    public string Console => string.Join('\n', Application.Services.GetFakeLogCollector().GetSnapshot().Where(static r => r.Level >= LogLevel.Information && r.Category?.StartsWith("XoeNovAi", StringComparison.Ordinal) == true).Select(static r => r.Message));

    /// <summary>Starts it.</summary>
    /// <param name="model">Adds its resources.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="arguments">Its command line.</param>
    public static async Task<PodmanApplication> StartAsync(Action<IDistributedApplicationTestingBuilder> model, CancellationToken cancellationToken, params string[] arguments)
    {
        var builder = DistributedApplicationTestingBuilder.Create(arguments);
        builder.UseRootlessPodman();
        builder.Services.AddFakeLogging();
        model(builder);
        var run = new PodmanApplication(builder, await builder.BuildAsync(cancellationToken));
        try
        {
            await run.Application.StartAsync(cancellationToken);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        var run = Application.RunId;
        await Application.StopAsync(CancellationToken.None);
        await Application.DisposeAsync();
        await _builder.DisposeAsync();
        Assert.IsEmpty(await Engine.LabelledAsync($"io.xoe-novai.run={run}", CancellationToken.None), "Something of the run is left.");
        Assert.IsFalse(Directory.Exists(Path.Combine(Engine.RunRoot, $"run-{run}")), "The run's folder is left.");
    }
}

/// <summary>Containers that tests use.</summary>
internal static class TestContainers
{
    extension(IDistributedApplicationBuilder builder)
    {
        /// <summary>Adds a container that runs a script.</summary>
        public IResourceBuilder<ContainerResource> AddScript(string name, string script)
            => builder.AddContainer(name, PodmanApplication.Probe, "1").WithEntrypoint("sh").WithArgs("-c", script);

        /// <summary>Adds a container that waits until it is ended.</summary>
        public IResourceBuilder<ContainerResource> AddSleeper(string name) => builder.AddContainer(name, PodmanApplication.Probe, "1").WithArgs("sleep", "600");

        /// <summary>Adds a web server that answers everything with its own name.</summary>
        public IResourceBuilder<ContainerResource> AddWeb(string name, string path = "/")
            => builder.AddContainer(name, PodmanApplication.Web, "1")
                .WithContainerFiles("/etc/nginx/conf.d", [new ContainerFile { Name = "site.conf", Contents = $"server {{ listen 8080; location {path} {{ return 200 \"{name} $request_method\"; }} }}" }]);
    }
}
