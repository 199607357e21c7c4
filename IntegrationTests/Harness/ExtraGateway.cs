using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>One more gateway on the stack's app network, with policies of a test's own; the others go on undisturbed.</summary>
internal sealed class ExtraGateway : IAsyncDisposable
{
    private const int Port = 8000;
    private const string Settings = "/settings/appsettings.json";

    // The image's own settings, where they can be changed: its root is read-only.
    private const string Run = $"cp /app/appsettings.json {Settings} && exec dotnet /app/Gateway.dll --contentRoot=/settings";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly Stack _stack;
    private readonly OwnContainer _container;

    private ExtraGateway(Stack stack, OwnContainer container, string networkAddress)
    {
        _stack = stack;
        _container = container;
        NetworkAddress = networkAddress;
        Client = new(new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = container.Address };
    }

    /// <summary>A client by way of the published port.</summary>
    public HttpClient Client { get; }

    /// <summary>Its address on the app network.</summary>
    public string NetworkAddress { get; }

    /// <summary>Starts one and waits until it knows rag.</summary>
    public static async Task<ExtraGateway> StartAsync(Stack stack, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var image = (await stack.Podman.RunAsync(["inspect", "--format", "{{.ImageName}}", stack.ContainerIdOf("gateway")], cancellationToken)).Trim();
        Dictionary<string, string> environment = new(settings)
        {
            ["ASPNETCORE_HTTP_PORTS"] = Port.ToString(CultureInfo.InvariantCulture),
            ["DOTNET_EnableDiagnostics"] = "0",
            ["ConnectionStrings__consul"] = "https://consul:8500",
            ["SSL_CERT_FILE"] = Stack.AuthorityFile,
            ["Discovery__View"] = "app",
        };
        var container = await OwnContainer.StartAsync(
            stack,
            Port,
            [
                "--tmpfs", "/settings", "--entrypoint", "sh", "--volume", await stack.ProgramOfAsync("gateway", cancellationToken),
                "--volume", $"{await stack.SourceOfAsync("gateway", Stack.AuthorityFile, cancellationToken)}:{Stack.AuthorityFile}:ro",
                "--volume", $"{await stack.SourceOfAsync("gateway", "/run/secrets", cancellationToken)}:/run/secrets:ro",
                .. environment.SelectMany(static e => (string[])["--env", $"{e.Key}={e.Value}"]),
                image, "-c", Run,
            ],
            cancellationToken);
        try
        {
            var address = (await stack.Podman.RunAsync(["inspect", "--format", $"{{{{(index .NetworkSettings.Networks \"{stack.NetworkNameOf("app-network")}\").IPAddress}}}}", container.Id], cancellationToken)).Trim();
            var gateway = new ExtraGateway(stack, container, address);
            await Eventually.HoldsAsync("the extra gateway answers", Limit, gateway.IsHealthyAsync, static healthy => healthy, static _ => "no answer", cancellationToken);
            return gateway;
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks until the answer is as it should be: the gateway learns of instances when Consul tells it.</summary>
    public Task<int> AnswersAsync(string target, int status, CancellationToken cancellationToken)
        => Eventually.HoldsAsync($"{target} is {status}", Limit, async token => (int)(await Client.GetAsync(target, token)).StatusCode, seen => seen == status, static seen => seen.ToString(CultureInfo.InvariantCulture), cancellationToken);

    /// <summary>Changes the file of settings while the gateway runs.</summary>
    public async Task ChangeAsync(Action<JsonObject> change, CancellationToken cancellationToken)
    {
        var settings = JsonNode.Parse(await _stack.Podman.RunAsync(["exec", _container.Id, "cat", Settings], cancellationToken))!.AsObject();
        change(settings);
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(settings.ToJsonString(Indented)));

        // As an editor does it: the file is there as a whole or not at all.
        await _stack.Podman.RunAsync(["exec", "--interactive", _container.Id, "sh", "-c", $"cat > {Settings}.new && mv {Settings}.new {Settings}"], cancellationToken, text);
    }

    /// <summary>What it has logged.</summary>
    public Task<string> LogAsync(CancellationToken cancellationToken) => _container.LogAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _container.DisposeAsync();
    }

    private async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await Client.GetStringAsync("/health", cancellationToken)).Contains("healthy", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
