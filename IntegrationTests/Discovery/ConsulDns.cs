namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>Asks Consul's name server, which answers nobody but its own container: a container of the test's shares its network, and has a client.</summary>
internal sealed class ConsulDns : IAsyncDisposable
{
    private const string Image = "localhost/xoe-novai/probe:1";
    private readonly Stack _stack;
    private readonly string _container;

    private ConsulDns(Stack stack, string container)
    {
        _stack = stack;
        _container = container;
    }

    public static async Task<ConsulDns> OpenAsync(Stack stack, CancellationToken cancellationToken)
    {
        var id = await stack.Podman.RunAsync(
            ["run", "--detach", $"--network=container:{stack.ContainerIdOf("consul")}", $"--label=io.xoe-novai.run={stack.RunId}", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", Image],
            cancellationToken);
        return new(stack, id.Trim());
    }

    /// <summary>What it answers for names, asked for addresses and for services.</summary>
    public async Task<DnsAnswers> AskAsync(IEnumerable<string> names, bool tcp, CancellationToken cancellationToken)
    {
        var answer = await _stack.Podman.RunAsync(
            [
                "exec", _container, "dig", "@127.0.0.1", "-p", "8600", "+noall", "+answer", "+additional", .. tcp ? (string[])["+tcp"] : [],
                .. names.SelectMany(static n => (string[])[n, "A", n, "SRV"]),
            ],
            cancellationToken);
        return DnsAnswers.Parse(answer);
    }

    public async ValueTask DisposeAsync() => await _stack.Podman.RunAsync(["rm", "--force", "--volumes", "--time", "1", _container], CancellationToken.None);
}
