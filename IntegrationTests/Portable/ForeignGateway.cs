using System.Globalization;

namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>A gateway that is not this project's: Caddy, with the contract's routes and headers, before the services of a stack.</summary>
internal sealed class ForeignGateway : IAsyncDisposable
{
    private const string Image = "localhost/xoe-novai/caddy:2";
    private const string Settings = "/etc/caddy/Caddyfile";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly (string Service, string Resource, int Port)[] Backends =
        [("rag", "rag-1", 8012), ("oikos", "oikos", 8006), ("open-webui", "open-webui", 8080), ("chainlit", "chainlit", 8001), ("vikunja", "vikunja", 3456), ("mkdocs", "mkdocs", 8008)];

    private readonly Stack _stack;
    private readonly string _container;
    private readonly string _file;

    private ForeignGateway(Stack stack, string container, string file, Uri address) => (_stack, _container, _file, Address) = (stack, container, file, address);

    /// <summary>Where it answers.</summary>
    public Uri Address { get; }

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="stack">Whose services are behind it.</param>
    /// <param name="caddyfile">Its settings; <c>{service}</c> stands for the address of one.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<ForeignGateway> StartAsync(Stack stack, string caddyfile, CancellationToken cancellationToken)
    {
        foreach (var (service, resource, port) in Backends)
        {
            caddyfile = caddyfile.Replace($"{{{service}}}", $"{await stack.AddressOnAsync(resource, "app-network", cancellationToken)}:{port}", StringComparison.Ordinal);
        }

        var file = Path.Combine(Path.GetTempPath(), $"xoe-novai-caddy-{Guid.NewGuid():n}");
        await File.WriteAllTextAsync(file, caddyfile, cancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        string? id = null;
        try
        {
            id = (await stack.Podman.RunAsync(
                [
                    "run", "--detach", "--network", stack.NetworkNameOf("app-network"), "--publish", "127.0.0.1::8000", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--userns=auto:size=2048",
                    "--label", $"io.xoe-novai.run={stack.RunId}", "--tmpfs", "/tmp", "--volume", $"{file}:{Settings}:ro", Image,
                ],
                cancellationToken)).Trim();
            var port = (await stack.Podman.RunAsync(["port", id, "8000"], cancellationToken)).Trim().Split(':')[^1];
            var gateway = new ForeignGateway(stack, id, file, new($"http://127.0.0.1:{int.Parse(port, CultureInfo.InvariantCulture)}"));
            await Eventually.HoldsAsync("the foreign gateway answers", Limit, gateway.SaysAsync, static said => said == "ok", static said => said, cancellationToken);
            return gateway;
        }
        catch
        {
            await RemoveAsync(stack, id, file);
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await RemoveAsync(_stack, _container, _file);

    private static async Task RemoveAsync(Stack stack, string? container, string file)
    {
        if (container is not null)
        {
            await stack.Podman.RunAsync(["rm", "--force", "--volumes", "--time", "5", container], CancellationToken.None);
        }

        File.Delete(file);
    }

    private async Task<string> SaysAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Address };
        try
        {
            using var response = await client.GetAsync("/health", cancellationToken);
            return response.IsSuccessStatusCode ? "ok" : $"{(int)response.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            var (_, output, errors) = await _stack.Podman.TryRunAsync(["logs", "--tail", "5", _container], cancellationToken);
            return $"{exception.Message} {output}{errors}";
        }
    }
}
