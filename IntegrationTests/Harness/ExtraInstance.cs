using System.Globalization;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>One more instance of a service: what another one of it is, under a number of its own. It registers itself as the others do.</summary>
internal sealed class ExtraInstance : IAsyncDisposable
{
    private readonly Stack _stack;

    private ExtraInstance(Stack stack, string container, int processId, IReadOnlyDictionary<string, string> settings)
    {
        _stack = stack;
        Settings = settings;
        Container = container;
        ProcessId = processId;
    }

    /// <summary>Its environment.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Its id in Consul.</summary>
    public string ServiceId => $"{Settings["Discovery__Service"]}-{Settings["Discovery__Instance"]}";

    /// <summary>Whether its main process is there.</summary>
    public bool IsRunning => Directory.Exists($"/proc/{ProcessId}");

    /// <summary>Its container.</summary>
    public string Container { get; }

    /// <summary>The process id, on the host, of its main process.</summary>
    public int ProcessId { get; }

    /// <summary>Starts one more of rag.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="instance">Which instance of rag it is.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="trusting">Whether it trusts the run's authority, as all others do.</param>
    public static Task<ExtraInstance> StartAsync(Stack stack, string instance, CancellationToken cancellationToken, bool trusting = true)
    {
        Dictionary<string, string> settings = new() { ["Discovery__Instance"] = instance };
        if (!trusting)
        {
            settings["SSL_CERT_FILE"] = "/etc/ssl/certs/ca-certificates.crt";
        }

        return StartAsync(stack, "rag-1", settings, cancellationToken);
    }

    /// <summary>Starts one more like a resource.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="like">The container it is to be like.</param>
    /// <param name="settings">In what it is another one.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<ExtraInstance> StartAsync(Stack stack, string like, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        using var inspected = JsonDocument.Parse(await stack.Podman.RunAsync(["inspect", stack.ContainerIdOf(like)], cancellationToken));
        var (root, model) = (inspected.RootElement[0], inspected.RootElement[0].GetProperty("Config"));
        var environment = model.GetProperty("Env").EnumerateArray().Select(static e => e.GetString()!.Split('=', 2)).ToDictionary(static e => e[0], static e => e[1]);
        var port = FreePort.Find();
        environment["Discovery__Addresses__host"] = $"localhost:{port}";
        environment.Remove("HOSTNAME");
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        var id = $"{environment["Discovery__Service"]}-{environment["Discovery__Instance"]}";
        environment["OTEL_SERVICE_NAME"] = id;
        environment["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={id}";
        var container = (await stack.Podman.RunAsync(
            [
                "run", "--detach", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--userns=auto:size=2048", "--tmpfs=/run:mode=1777",
                "--label", $"io.xoe-novai.run={stack.RunId}", "--publish", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}:{environment["Discovery__Port"]}"),
                .. root.GetProperty("NetworkSettings").GetProperty("Networks").EnumerateObject().Select(static n => $"--network={n.Name}"),
                .. root.GetProperty("Mounts").EnumerateArray().SelectMany(static m => (string[])["--volume", $"{m.GetProperty("Source").GetString()}:{m.GetProperty("Destination").GetString()}:ro"]),
                .. environment.SelectMany(static e => (string[])["--env", $"{e.Key}={e.Value}"]),
                model.GetProperty("Image").GetString()!, .. model.GetProperty("Cmd").EnumerateArray().Select(static c => c.GetString()!),
            ],
            cancellationToken)).Trim();
        var process = int.Parse(await stack.Podman.RunAsync(["inspect", "--format", "{{.State.Pid}}", container], cancellationToken), CultureInfo.InvariantCulture);
        return new(stack, container, process, environment);
    }

    /// <summary>What it has logged.</summary>
    public async Task<string> LogAsync(CancellationToken cancellationToken)
    {
        var (_, output, error) = await _stack.Podman.TryRunAsync(["logs", Container], cancellationToken);
        return output + error;
    }

    /// <summary>Sends a signal to its main process.</summary>
    /// <returns>Between when and when it was sent.</returns>
    public async Task<(DateTimeOffset From, DateTimeOffset To)> SignalAsync(string signal, CancellationToken cancellationToken)
    {
        var times = await _stack.Podman.RunAsync(["unshare", "sh", "-c", $"date +%s%3N && kill -{signal} {ProcessId} && date +%s%3N"], cancellationToken);
        var sent = times.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static t => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(t, CultureInfo.InvariantCulture))).ToList();
        return (sent[0], sent[1]);
    }

    /// <summary>Its address on a network of the stack.</summary>
    public async Task<string> AddressOnAsync(string network, CancellationToken cancellationToken)
        => (await _stack.Podman.RunAsync(["inspect", "--format", $"{{{{(index .NetworkSettings.Networks \"{_stack.NetworkNameOf(network)}\").IPAddress}}}}", Container], cancellationToken)).Trim();

    public async ValueTask DisposeAsync() => await _stack.Podman.RunAsync(["rm", "--force", "--volumes", "--time", "5", Container], CancellationToken.None);
}
