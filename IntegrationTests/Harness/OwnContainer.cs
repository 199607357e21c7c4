using System.Globalization;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>A container of a test's own on the stack's app network, as isolated as the stack's are, and published on loopback.</summary>
internal sealed class OwnContainer : IAsyncDisposable
{
    private readonly Stack _stack;

    private OwnContainer(Stack stack, string id, Uri address) => (_stack, Id, Address) = (stack, id, address);

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Where it is published.</summary>
    public Uri Address { get; }

    /// <summary>Starts one.</summary>
    /// <param name="stack">Whose network it is on; it goes with the stack at the latest.</param>
    /// <param name="port">The port it listens on.</param>
    /// <param name="arguments">The other arguments of <c>podman run</c>, the image and its command.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<OwnContainer> StartAsync(Stack stack, int port, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var id = (await stack.Podman.RunAsync(
            [
                "run", "--detach", "--network", stack.NetworkNameOf("app-network"), "--publish", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1::{port}"),
                "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--userns=auto:size=2048", "--label", $"io.xoe-novai.run={stack.RunId}", .. arguments,
            ],
            cancellationToken)).Trim();
        try
        {
            var published = (await stack.Podman.RunAsync(["port", id, port.ToString(CultureInfo.InvariantCulture)], cancellationToken)).Trim();
            return new(stack, id, new($"http://{published}"));
        }
        catch
        {
            await RemoveAsync(stack, id);
            throw;
        }
    }

    /// <summary>What it has logged.</summary>
    public async Task<string> LogAsync(CancellationToken cancellationToken)
    {
        var (_, output, error) = await _stack.Podman.TryRunAsync(["logs", Id], cancellationToken);
        return output + error;
    }

    public async ValueTask DisposeAsync() => await RemoveAsync(_stack, Id);

    private static Task<string> RemoveAsync(Stack stack, string id) => stack.Podman.RunAsync(["rm", "--force", "--volumes", "--time", "5", id], CancellationToken.None);
}
