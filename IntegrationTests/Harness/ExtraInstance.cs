using XoeNovAi.Hosting.Consul;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>One more instance of rag, on the app network and without stores; it registers itself as the others do.</summary>
internal sealed class ExtraInstance(Stack stack, string container) : IAsyncDisposable
{
    /// <summary>Starts one.</summary>
    /// <param name="stack">The stack it joins.</param>
    /// <param name="instance">Which instance of rag it is.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="trusting">Whether it trusts the run's authority, as all others do.</param>
    public static async Task<ExtraInstance> StartAsync(Stack stack, string instance, CancellationToken cancellationToken, bool trusting = true)
    {
        var network = stack.NetworkNameOf("app-network");
        var image = (await stack.Podman.RunAsync(["inspect", "--format", "{{.ImageName}}", stack.ContainerIdOf("rag-1")], cancellationToken)).Trim();
        var subnet = (await stack.Podman.RunAsync(["network", "inspect", "--format", "{{(index .Subnets 0).Subnet}}", network], cancellationToken)).Trim();
        Dictionary<string, string> environment = new()
        {
            ["ASPNETCORE_HTTP_PORTS"] = "8012",
            ["DOTNET_EnableDiagnostics"] = "0",
            ["ConnectionStrings__consul"] = "https://consul:8500",
            ["ConnectionStrings__xnai"] = "Host=127.0.0.1;Port=1;Username=none;Password=none;Database=none",
            ["ConnectionStrings__redis"] = "127.0.0.1:1",
            ["Discovery__Service"] = "rag",
            ["Discovery__Instance"] = instance,
            ["Discovery__Port"] = "8012",
            ["Discovery__Addresses__app"] = subnet,
            ["Discovery__CheckPath"] = "/xnai/api/v1/health",
            ["Discovery__CheckInterval"] = "00:00:01",
            ["Diagnostics__Echo"] = "true",
        };
        if (trusting)
        {
            environment["SSL_CERT_FILE"] = Stack.AuthorityFile;
        }

        var id = (await stack.Podman.RunAsync(
            [
                "run", "--detach", "--network", network, "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--userns=auto:size=2048",
                "--label", $"io.xoe-novai.run={stack.RunId}",
                .. environment.SelectMany(static e => (string[])["--env", $"{e.Key}={e.Value}"]),
                "--volume", await stack.ProgramOfAsync("rag-1", cancellationToken),
                "--volume", $"{await stack.SourceOfAsync("rag-1", Stack.AuthorityFile, cancellationToken)}:{Stack.AuthorityFile}:ro",

                // Of the secrets only what lets it register, as every instance of rag does; it has no stores.
                "--volume", $"{await stack.SourceOfAsync("rag-1", "/run/secrets", cancellationToken)}/{ConsulAccessExtensions.TokenVariable}:/run/secrets/{ConsulAccessExtensions.TokenVariable}:ro",
                image, "/app/Rag.dll",
            ],
            cancellationToken)).Trim();
        return new(stack, id);
    }

    /// <summary>What it has logged.</summary>
    public async Task<string> LogAsync(CancellationToken cancellationToken)
    {
        var (_, output, error) = await stack.Podman.TryRunAsync(["logs", container], cancellationToken);
        return output + error;
    }

    public async ValueTask DisposeAsync() => await stack.Podman.RunAsync(["rm", "--force", "--time", "5", container], CancellationToken.None);
}
