namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>A gateway that is not this project's: Caddy, with the contract's routes and headers, before the services of a stack.</summary>
internal sealed class ForeignGateway : IAsyncDisposable
{
    private const int Port = 8000;
    private const string Image = "localhost/xoe-novai/caddy:2";
    private const string Settings = "/etc/caddy/Caddyfile";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly (string Service, string Resource, int Port)[] Backends =
        [("rag", "rag-1", 8012), ("oikos", "oikos", 8006), ("open-webui", "open-webui", 8080), ("chainlit", "chainlit", 8001), ("vikunja", "vikunja", 3456), ("mkdocs", "mkdocs", 8008)];

    private readonly OwnContainer _container;
    private readonly string _file;

    private ForeignGateway(OwnContainer container, string file) => (_container, _file) = (container, file);

    /// <summary>Where it answers.</summary>
    public Uri Address => _container.Address;

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
        OwnContainer? container = null;
        try
        {
            container = await OwnContainer.StartAsync(stack, Port, ["--tmpfs", "/tmp", "--volume", $"{file}:{Settings}:ro", Image], cancellationToken);
            await Eventually.HoldsAsync("the foreign gateway answers", Limit, token => SaysAsync(container, token), static said => said == "ok", static said => said, cancellationToken);
            return new(container, file);
        }
        catch
        {
            await RemoveAsync(container, file);
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await RemoveAsync(_container, _file);

    private static async Task RemoveAsync(OwnContainer? container, string file)
    {
        if (container is not null)
        {
            await container.DisposeAsync();
        }

        File.Delete(file);
    }

    private static async Task<string> SaysAsync(OwnContainer container, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = container.Address };
        try
        {
            using var response = await client.GetAsync("/health", cancellationToken);
            return response.IsSuccessStatusCode ? "ok" : $"{(int)response.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            return $"{exception.Message} {await container.LogAsync(cancellationToken)}";
        }
    }
}
