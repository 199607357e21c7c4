using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using StackExchange.Redis;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Setup;
using XoeNovAi.Hosting.Testing.Dashboard;
using XoeNovAi.IntegrationTests.Harness.Consul;
using XoeNovAi.IntegrationTests.Harness.Faults;
using XoeNovAi.IntegrationTests.Harness.Telemetry;
using XoeNovAi.IntegrationTests.Portable;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>A running stack, and everything a test asks it or does to it.</summary>
internal sealed class Stack : IAsyncDisposable
{
    /// <summary>Where a service has the certificate of the run's authority.</summary>
    public const string AuthorityFile = "/tls/ca.crt";

    private const string ProgramFolder = "/app";
    private const string Dashboard = "aspire-dashboard";
    private readonly IDistributedApplicationTestingBuilder _builder;
    private readonly Func<ConsulApi> _openConsul;
    private readonly Func<TelemetryApi> _openDashboard;

    private Stack(IDistributedApplicationTestingBuilder builder, DistributedApplication application, StateTimeline states, ConsulResource consul, string? consulToken)
    {
        _builder = builder;
        Application = application;
        Model = new(application);
        Logs = ResourceLogs.Of(application);
        States = states;
        Commands = new(application, Logs);
        Faults = new(this);
        Podman = application.Services.GetRequiredService<PodmanCli>();
        GatewayAddress = application.GetEndpoint("gateway", "http");
        Gateway = CreateGatewayClient();
        _openConsul = () => new(application.GetEndpoint("consul"), consulToken, consul.AuthorityPem);
        _openDashboard = () => new(application.GetEndpoint(Dashboard, "http"), Setting("AppHost:DashboardApiKey"));
        Consul = _openConsul();
        Telemetry = _openDashboard();
        Tests = new(application.GetEndpoint(Dashboard, "otlp-http"), Setting("AppHost:OtlpApiKey"));
    }

    /// <summary>The application under test.</summary>
    public DistributedApplication Application { get; }

    /// <summary>What the model says of it.</summary>
    public StackModel Model { get; }

    /// <summary>Starts, stops and restarts resources.</summary>
    public Commands Commands { get; }

    /// <summary>The ends of the resources' logs.</summary>
    public ResourceLogs Logs { get; }

    /// <summary>What has become of the resources.</summary>
    public StateTimeline States { get; }

    /// <summary>Podman, called as the stack calls it.</summary>
    public PodmanCli Podman { get; }

    /// <summary>Makes services sick, slow or crash.</summary>
    public ServiceFaults Faults { get; }

    /// <summary>What labels everything of this run.</summary>
    public string RunId => Application.Services.GetRequiredService<PodmanRun>().Id;

    /// <summary>The gateway's address on the host.</summary>
    public Uri GatewayAddress { get; }

    /// <summary>A client of the gateway that sends the current activity as the parent, and keeps neither cookies nor redirects.</summary>
    public HttpClient Gateway { get; }

    /// <summary>Consul.</summary>
    public ConsulApi Consul { get; }

    /// <summary>What the dashboard has received.</summary>
    public TelemetryApi Telemetry { get; }

    /// <summary>Where the tests send their own spans.</summary>
    public TestTelemetry Tests { get; }

    /// <summary>Starts the stack with the dashboard, on free ports, and waits until all of it is healthy.</summary>
    /// <param name="arguments">The AppHost's command line.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="StackException">A resource failed or was not healthy in time.</exception>
    public static async Task<Stack> StartAsync(string[] arguments, CancellationToken cancellationToken)
    {
        // A test that fails shows the end of the logs it touches itself; all of them all the time would hide that.
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            arguments,
            static (options, settings) =>
            {
                (options.DisableDashboard, options.EnableResourceLogging) = (false, false);

                // Aspire's testing declares the other one only, and spans of the tests come over HTTP. The port is a free one all the same.
                settings.Configuration ??= new();
                settings.Configuration.AddInMemoryCollection([new("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "http://localhost:4318")]);
            },
            cancellationToken);
        StateTimeline? states = null;
        try
        {
            CoverageHits.MountInto(builder);
            var application = await builder.BuildAsync(cancellationToken);
            states = new(application, TimeProvider.System);
            await StackStart.RunAsync(application, cancellationToken);
            var consul = application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ConsulResource>().Single();
            var stack = new Stack(builder, application, states, consul, consul.ManagementToken is { } token ? await token.GetValueAsync(cancellationToken) : null);
            await stack.ReadyAsync(cancellationToken);
            await StackReadiness.TelemetryArrivesAsync(stack, cancellationToken);
            return stack;
        }
        catch
        {
            if (states is not null)
            {
                await states.DisposeAsync();
            }

            await builder.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Waits until every service is as a test expects it: with its stores, in Consul, and known to the gateway. A container
    /// that is healthy may still be on its way there.
    /// </summary>
    public Task ReadyAsync(CancellationToken cancellationToken) => StackReadiness.WaitAsync(this, cancellationToken);

    /// <summary>What a backend saw of a request through the gateway; null when the gateway could not hand it on.</summary>
    public async Task<Echo?> EchoAsync(string target, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target) { Headers = { { Echo.Header, "1" } } };
        using var response = await Gateway.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<Echo>(cancellationToken) : null;
    }

    /// <summary>A client of the gateway with connections of its own; an answer that is not read to its end is left at once.</summary>
    public HttpClient CreateGatewayClient()
        => new(new TraceparentHandler(new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false, UseCookies = false, UseProxy = false, MaxResponseDrainSize = 0 }))
        {
            BaseAddress = GatewayAddress,
            Timeout = TimeSpan.FromSeconds(60),
        };

    /// <summary>A client of one resource's endpoint on the host, past the gateway.</summary>
    public HttpClient CreateClient(string resource)
        => new(new TraceparentHandler(new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false, UseCookies = false, UseProxy = false }))
        {
            BaseAddress = Application.GetEndpoint(resource, "http"),
            Timeout = TimeSpan.FromSeconds(60),
        };

    /// <summary>The stack as those see it who have only its addresses.</summary>
    public Target OpenTarget() => new(GatewayAddress, _openConsul(), _openDashboard());

    /// <summary>Begins a trace of the test's own.</summary>
    public TestTrace StartTrace(string name) => new(Tests, Telemetry, name);

    /// <summary>The connection string by which the server's superuser reaches the database <c>xnai</c>, as the host sees it.</summary>
    public Task<string> PostgresAsync(CancellationToken cancellationToken) => Application.SuperuserOfXnaiAsync(cancellationToken);

    /// <summary>Settings for Redis as the services have them: with the password, and trusting the run's authority only.</summary>
    public Task<ConfigurationOptions> RedisAsync(CancellationToken cancellationToken) => Application.RedisAsync(cancellationToken);

    /// <summary>The first value of the first row a query of the stack's database gives; null when there is none.</summary>
    /// <param name="query">The query.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="values">Its parameters, in their order.</param>
    public async Task<object?> ScalarAsync(string query, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(await PostgresAsync(cancellationToken));
        await using var command = source.CreateCommand(query);
        foreach (var value in values)
        {
            command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync(cancellationToken) is { } found and not DBNull ? found : null;
    }

    /// <summary>The certificate of the run's authority, as a container has it.</summary>
    public async Task<X509Certificate2> AuthorityAsync(CancellationToken cancellationToken)
        => X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(await SourceOfAsync("rag-1", AuthorityFile, cancellationToken), cancellationToken));

    /// <summary>Whether a certificate comes from the run's authority and carries the name that was called.</summary>
    public static bool IsTrusted(X509Certificate2 authority, X509Certificate certificate, SslPolicyErrors errors)
    {
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(new(certificate));
    }

    /// <summary>The id of a resource's container.</summary>
    public string ContainerIdOf(string resource)
        => Application.ResourceNotifications.TryGetCurrentState(resource, out var now)
            && now.Snapshot.Properties.FirstOrDefault(static p => p.Name == "container.id")?.Value is string { Length: > 0 } id
            ? id
            : throw new StackException($"'{resource}' has no container.");

    /// <summary>Where a service's program is, as a volume for another container of it.</summary>
    public async Task<string> ProgramOfAsync(string resource, CancellationToken cancellationToken)
        => $"{await SourceOfAsync(resource, ProgramFolder, cancellationToken)}:{ProgramFolder}:ro";

    /// <summary>Where on the host is what a container mounts.</summary>
    public async Task<string> SourceOfAsync(string resource, string target, CancellationToken cancellationToken)
        => (await Podman.RunAsync(["inspect", "--format", $"{{{{range .Mounts}}}}{{{{if eq .Destination \"{target}\"}}}}{{{{.Source}}}}{{{{end}}}}{{{{end}}}}", ContainerIdOf(resource)], cancellationToken)).Trim() is { Length: > 0 } source
            ? source
            : throw new StackException($"'{resource}' mounts nothing at '{target}'.");

    /// <summary>The process id, on the host, of a resource's main process.</summary>
    public async Task<int> ProcessIdOfAsync(string resource, CancellationToken cancellationToken)
        => int.Parse(await Podman.RunAsync(["inspect", "--format", "{{.State.Pid}}", ContainerIdOf(resource)], cancellationToken), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The name Podman knows a network of the stack by.</summary>
    public string NetworkNameOf(string resource)
        => Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<PodmanNetworkResource>()
            .FirstOrDefault(n => n.Name == resource)?.NetworkName ?? throw new StackException($"There is no network '{resource}'.");

    /// <summary>A container's addresses, on all its networks.</summary>
    public async Task<IReadOnlyList<string>> AddressesOfAsync(string resource, CancellationToken cancellationToken)
    {
        using var inspected = JsonDocument.Parse(await Podman.RunAsync(["inspect", ContainerIdOf(resource)], cancellationToken));
        return [.. inspected.RootElement[0].GetProperty("NetworkSettings").GetProperty("Networks").EnumerateObject().Select(static n => n.Value.GetProperty("IPAddress").GetString()!)];
    }

    /// <summary>A container's address on a network of the stack.</summary>
    public async Task<string> AddressOnAsync(string resource, string network, CancellationToken cancellationToken)
    {
        using var inspected = JsonDocument.Parse(await Podman.RunAsync(["inspect", ContainerIdOf(resource)], cancellationToken));
        return inspected.RootElement[0].GetProperty("NetworkSettings").GetProperty("Networks").GetProperty(NetworkNameOf(network)).GetProperty("IPAddress").GetString()
            ?? throw new StackException($"'{resource}' has no address on '{network}'.");
    }

    /// <summary>What an HTTP server answers to a request sent from inside a container's network namespace.</summary>
    /// <param name="resource">Whose network it is sent from.</param>
    /// <param name="host">The server, by name or address.</param>
    /// <param name="port">Its port.</param>
    /// <param name="path">What is asked for.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Status line, headers and body; what went wrong when there was no answer.</returns>
    public Task<string> HttpGetFromAsync(string resource, string host, int port, string path, CancellationToken cancellationToken)
        => HttpFromAsync(resource, "GET", host, port, path, cancellationToken);

    /// <summary>The same with another method.</summary>
    public async Task<string> HttpFromAsync(string resource, string method, string host, int port, string path, CancellationToken cancellationToken)
        => await HttpFromAsync(await ProcessIdOfAsync(resource, cancellationToken), method, host, port, path, cancellationToken);

    /// <summary>The same from the network namespace of any process.</summary>
    public async Task<string> HttpFromAsync(int process, string method, string host, int port, string path, CancellationToken cancellationToken)
    {
        // Bash opens the connection itself, so nothing has to be installed in the container or on the host.
        var script = $"exec 3<>/dev/tcp/{host}/{port} && printf '{method} {path} HTTP/1.1\\r\\nHost: {host}\\r\\nConnection: close\\r\\n\\r\\n' >&3 && cat <&3";
        var (_, output, error) = await Podman.TryRunAsync(["unshare", "nsenter", "-t", $"{process}", "-n", "timeout", "5", "bash", "-c", script], cancellationToken);
        return output.Length > 0 ? output : error;
    }

    public async ValueTask DisposeAsync()
    {
        Tests.Dispose();
        Telemetry.Dispose();
        Consul.Dispose();
        Gateway.Dispose();
        await States.DisposeAsync();
        await Application.StopAsync();
        await _builder.DisposeAsync();
    }

    private string Setting(string key)
        => Application.Services.GetRequiredService<IConfiguration>()[key] ?? throw new StackException($"The configuration has no '{key}'.");
}
