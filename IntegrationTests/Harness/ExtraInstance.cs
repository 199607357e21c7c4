using XoeNovAi.Hosting.Consul;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>One more instance of rag, on the app network and without stores; it registers itself as the others do.</summary>
internal sealed class ExtraInstance(Stack stack, string container) : IAsyncDisposable
{
    public static async Task<ExtraInstance> StartAsync(Stack stack, string instance, CancellationToken cancellationToken)
    {
        var network = stack.NetworkNameOf("app-network");
        var image = (await stack.Podman.RunAsync(["inspect", "--format", "{{.ImageName}}", stack.ContainerIdOf("rag-1")], cancellationToken)).Trim();
        var subnet = (await stack.Podman.RunAsync(["network", "inspect", "--format", "{{(index .Subnets 0).Subnet}}", network], cancellationToken)).Trim();
        Dictionary<string, string> environment = new()
        {
            ["ASPNETCORE_HTTP_PORTS"] = "8012",
            ["DOTNET_EnableDiagnostics"] = "0",
            ["ConnectionStrings__consul"] = "http://consul:8500",
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
        var id = (await stack.Podman.RunAsync(
            [
                "run", "--detach", "--network", network, "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--userns=auto:size=2048",
                "--label", $"io.xoe-novai.run={stack.RunId}",
                .. environment.SelectMany(static e => (string[])["--env", $"{e.Key}={e.Value}"]),
                "--volume", await stack.ProgramOfAsync("rag-1", cancellationToken),

                // Of the secrets only what lets it register, as every instance of rag does; it has no stores.
                "--volume", $"{await stack.SourceOfAsync("rag-1", "/run/secrets", cancellationToken)}/{ConsulAccessExtensions.TokenVariable}:/run/secrets/{ConsulAccessExtensions.TokenVariable}:ro",
                image, "/app/Rag.dll",
            ],
            cancellationToken)).Trim();
        return new(stack, id);
    }

    public async ValueTask DisposeAsync() => await stack.Podman.RunAsync(["rm", "--force", "--time", "5", container], CancellationToken.None);
}
