using System.Globalization;
using System.Net;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>A container that a test adds beside the stack. It carries the run's label, so it cannot outlive the run.</summary>
internal sealed class TestContainer : IAsyncDisposable
{
    private readonly ObservedStack _stack;

    private TestContainer(ObservedStack stack, string id, int processId, IPAddress? address)
    {
        _stack = stack;
        Id = id;
        ProcessId = processId;
        Address = address;
    }

    public string Id { get; }

    public int ProcessId { get; }

    /// <summary>Its address; null without a network.</summary>
    public IPAddress? Address { get; }

    public static async Task<TestContainer> StartAsync(ObservedStack stack, string network, CancellationToken cancellationToken, params string[] command)
    {
        string[] arguments =
        [
            "run", "-d", $"--network={network}", $"--label=io.xoe-novai.run={stack.RunId}",
            "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--userns=auto:size=2048",
            "localhost/xoe-novai/probe:1",
        ];
        var id = (await stack.Podman.RunAsync([.. arguments, .. command], cancellationToken)).Trim();
        var details = (await stack.Podman.RunAsync(["inspect", "--format", "{{.State.Pid}}{{range .NetworkSettings.Networks}} {{.IPAddress}}{{end}}", id], cancellationToken)).Trim().Split(' ');
        return new(stack, id, int.Parse(details[0], CultureInfo.InvariantCulture), details.Length > 1 && details[1].Length > 0 ? IPAddress.Parse(details[1]) : null);
    }

    public async ValueTask DisposeAsync() => await _stack.Podman.RunAsync(["rm", "-f", "-v", "-t", "1", Id], CancellationToken.None);
}
