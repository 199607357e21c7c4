using System.Globalization;
using System.Text;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Setup;
using XoeNovAi.IntegrationTests.Harness.Consul;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>A stack of a test's own beside the shared one, with as much of it as the test needs.</summary>
internal sealed class OwnStack : IAsyncDisposable
{
    private readonly IDistributedApplicationTestingBuilder _builder;
    private readonly PodmanCli _podman;

    private OwnStack(IDistributedApplicationTestingBuilder builder, DistributedApplication application, ConsulResource consul, string token)
    {
        (_builder, Application, ManagementToken) = (builder, application, token);
        _podman = application.Services.GetRequiredService<PodmanCli>();
        Commands = new(application, ResourceLogs.Of(application));
        Consul = new(application.GetEndpoint("consul"), token, consul.AuthorityPem);
        AuthorityPem = consul.AuthorityPem;
    }

    public DistributedApplication Application { get; }

    public DistributedApplicationModel Model => Application.Services.GetRequiredService<DistributedApplicationModel>();

    public Commands Commands { get; }

    /// <summary>Consul, asked by whoever may do everything.</summary>
    public ConsulApi Consul { get; }

    public string ManagementToken { get; }

    /// <summary>The certificate of Consul's authority.</summary>
    public string? AuthorityPem { get; }

    public static Task<OwnStack> StartAsync(string[] arguments, CancellationToken cancellationToken) => StartAsync(arguments, static _ => { }, cancellationToken);

    /// <summary>Starts one whose model the test changes before.</summary>
    public static async Task<OwnStack> StartAsync(string[] arguments, Action<IDistributedApplicationBuilder> change, CancellationToken cancellationToken)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(arguments, cancellationToken);
        try
        {
            change(builder);
            CoverageHits.MountInto(builder);
            var application = await builder.BuildAsync(cancellationToken);
            await StackStart.RunAsync(application, cancellationToken);
            var consul = application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ConsulResource>().Single();
            return new(builder, application, consul, (await consul.ManagementToken!.GetValueAsync(cancellationToken))!);
        }
        catch
        {
            await builder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends a resource's container without a word to it.</summary>
    public Task KillAsync(string resource, CancellationToken cancellationToken) => _podman.RunAsync(["kill", ContainerIdOf(resource)], cancellationToken);

    /// <summary>Starts the very container again that has ended.</summary>
    public Task StartAgainAsync(string resource, CancellationToken cancellationToken) => _podman.RunAsync(["start", ContainerIdOf(resource)], cancellationToken);

    /// <summary>All that a resource's containers have written, however short their lives were.</summary>
    public async Task<string> WrittenByAsync(string resource, CancellationToken cancellationToken)
        => string.Concat(await Task.WhenAll(Directory.EnumerateFiles(Path.Combine(Application.Services.GetRequiredService<PodmanRun>().FolderPath, "logs"), $"{resource}-*.log").Select(f => File.ReadAllTextAsync(f, cancellationToken))));

    /// <summary>The process id, on the host, of a resource's main process.</summary>
    public Task<string> ProcessIdOfAsync(string resource, CancellationToken cancellationToken) => _podman.RunAsync(["inspect", "--format", "{{.State.Pid}}", ContainerIdOf(resource)], cancellationToken);

    /// <summary>What a command prints in a container's network, and on its error output when that is all.</summary>
    public async Task<string> RunInNetworkOfAsync(string resource, IEnumerable<string> command, CancellationToken cancellationToken)
    {
        var process = await ProcessIdOfAsync(resource, cancellationToken);
        var (_, output, error) = await _podman.TryRunAsync(["unshare", "nsenter", "-t", process, "-n", .. command], cancellationToken);
        return output.Length > 0 ? output : error;
    }

    /// <summary>What an HTTP server answers on loopback in a container's network, on a connection of its own.</summary>
    public Task<string> GetOnLoopbackAsync(string resource, int port, string path, CancellationToken cancellationToken)
        => RunInNetworkOfAsync(
            resource,
            ["timeout", "10", "bash", "-c", string.Create(CultureInfo.InvariantCulture, $"exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'GET {path} HTTP/1.1\\r\\nHost: test\\r\\nConnection: close\\r\\n\\r\\n' >&3 && cat <&3")],
            cancellationToken);

    /// <summary>What a script prints in a container beside the stack's, on one of its networks.</summary>
    /// <param name="network">The network's resource.</param>
    /// <param name="script">The script, for a shell that has curl; <c>/given</c> is a folder it may write to.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<string> RunBesideAsync(string network, string script, string input, CancellationToken cancellationToken)
    {
        using var given = new MemoryStream(Encoding.ASCII.GetBytes(input));
        return await _podman.RunAsync(
            [
                "run", "--rm", "--interactive", $"--network={Model.Resources.OfType<PodmanNetworkResource>().Single(n => n.Name == network).NetworkName}",
                $"--label=io.xoe-novai.run={Application.Services.GetRequiredService<PodmanRun>().Id}",
                "--read-only", "--tmpfs=/given:mode=1777", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--userns=auto:size=2048", "--entrypoint=sh",
                "localhost/xoe-novai/probe:1", "-c", script,
            ],
            cancellationToken,
            given);
    }

    public async ValueTask DisposeAsync()
    {
        Consul.Dispose();
        await Application.StopAsync();
        await _builder.DisposeAsync();
    }

    private string ContainerIdOf(string resource)
        => Application.ResourceNotifications.TryGetCurrentState(resource, out var now) && now.Snapshot.Properties.FirstOrDefault(static p => p.Name == "container.id")?.Value is string { Length: > 0 } id
            ? id
            : throw new StackException($"'{resource}' has no container.");
}
