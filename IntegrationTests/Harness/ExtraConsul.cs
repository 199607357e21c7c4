using System.Globalization;
using System.Text.Json;
using XoeNovAi.IntegrationTests.Harness.Consul;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>One more Consul, like the stack's in image, arguments and limits, on its app network under no name and without access control: what is done to it disturbs nobody.</summary>
internal sealed class ExtraConsul : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly Stack _stack;
    private readonly string _container;

    private ExtraConsul(Stack stack, string container, int processId, Uri address, string limits)
    {
        _stack = stack;
        _container = container;
        ProcessId = processId;
        Limits = limits;
        Api = new(address);
    }

    public ConsulApi Api { get; }

    /// <summary>The process id, on the host, of its main process.</summary>
    public int ProcessId { get; }

    /// <summary>What it is limited to, as the stack's is on this machine.</summary>
    public string Limits { get; }

    public static async Task<ExtraConsul> StartAsync(Stack stack, CancellationToken cancellationToken)
    {
        using var inspected = JsonDocument.Parse(await stack.Podman.RunAsync(["inspect", stack.ContainerIdOf("consul")], cancellationToken));
        var (model, host) = (inspected.RootElement[0].GetProperty("Config"), inspected.RootElement[0].GetProperty("HostConfig"));
        var (memory, cpus) = (host.GetProperty("Memory").GetInt64(), host.GetProperty("NanoCpus").GetInt64() / 1e9);
        string[] limits =
        [
            .. memory > 0 ? (string[])[string.Create(CultureInfo.InvariantCulture, $"--memory={memory}")] : [],
            .. cpus > 0 ? (string[])[string.Create(CultureInfo.InvariantCulture, $"--cpus={cpus}")] : [],
        ];
        var id = (await stack.Podman.RunAsync(
            [
                "run", "--detach", "--network", stack.NetworkNameOf("app-network"), "--publish", "127.0.0.1::8500", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges",
                "--userns=auto:size=2048", "--label", $"io.xoe-novai.run={stack.RunId}", .. limits,
                model.GetProperty("Image").GetString()!, .. model.GetProperty("Cmd").EnumerateArray().Select(static c => c.GetString()!),

                // A line for each that is registered, each time one comes, is most of its work otherwise.
                "-log-level=warn",
            ],
            cancellationToken)).Trim();
        try
        {
            var process = int.Parse(await stack.Podman.RunAsync(["inspect", "--format", "{{.State.Pid}}", id], cancellationToken), CultureInfo.InvariantCulture);
            var port = (await stack.Podman.RunAsync(["port", id, "8500"], cancellationToken)).Trim().Split(':')[^1];
            var consul = new ExtraConsul(stack, id, process, new($"http://127.0.0.1:{port}"), limits.Length == 0 ? "none on this machine" : string.Join(' ', limits));
            await Eventually.HoldsAsync("the extra Consul has elected itself", Limit, consul.LeaderAsync, static leader => leader.Length > 2, static leader => leader, cancellationToken);
            return consul;
        }
        catch
        {
            await stack.Podman.RunAsync(["rm", "--force", "--volumes", "--time", "1", id], CancellationToken.None);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _stack.Podman.RunAsync(["rm", "--force", "--volumes", "--time", "1", _container], CancellationToken.None);
    }

    private async Task<string> LeaderAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Api.SendAsync(HttpMethod.Get, "v1/status/leader", null, cancellationToken);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(cancellationToken) : string.Empty;
        }
        catch (HttpRequestException)
        {
            return string.Empty;
        }
    }
}
