using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Execution;
using Aspire.Hosting.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard of this application: its process, its resource service, its secrets.</summary>
internal sealed class DashboardHost(DashboardOptions options, IServiceProvider services)
{
    private const string HealthCheckKey = $"{DashboardExecutable.ResourceName}_check";
    private DashboardExecutable? _resource;
    private DashboardResourceServer? _server;
    private DashboardLaunch? _launch;

    public bool IsEnabled => options.IsEnabled;

    public DashboardExecutable Resource => _resource ??= Create();

    public EndpointReference OtlpGrpc => Resource.OtlpGrpc;

    public EndpointReference OtlpHttp => Resource.OtlpHttp;

    /// <summary>What senders of telemetry show; a secret, so that it is handled as one.</summary>
    public ParameterResource OtlpApiKey { get; } = new("otlp-api-key", _ => options.OtlpApiKey, secret: true);

    /// <summary>What readers of telemetry show.</summary>
    public string TelemetryApiKey => options.TelemetryApiKey;

    /// <summary>Where the dashboard is opened, once it answers; null when there is none, or it has failed.</summary>
    public async Task<Uri?> LoginUrlAsync(ResourceNotificationService notifications, CancellationToken cancellationToken)
    {
        if (!IsEnabled)
        {
            return null;
        }

        var settled = await notifications.WaitForResourceAsync(DashboardExecutable.ResourceName, static e => ResourceNotificationService.IsHealthy(e.Snapshot) || ResourceNotificationService.IsEnded(e.Snapshot), cancellationToken).ConfigureAwait(false);
        return ResourceNotificationService.IsHealthy(settled.Snapshot) ? LoginUrl : null;
    }

    public Uri LoginUrl => Launch.LoginUrl;

    private DashboardLaunch Launch => _launch ?? throw new InvalidOperationException("The dashboard has not been started.");

    public static HealthCheckRegistration HealthCheck()
        => new(
            HealthCheckKey,
            static s => new HttpHealthCheck(s.GetRequiredService<IHttpClientFactory>(), s.GetRequiredService<DashboardHost>().Resource.Frontend, "/login", 200),
            failureStatus: null,
            tags: null);

    /// <summary>Starts what the dashboard asks for resources.</summary>
    public async Task StartServiceAsync(CancellationToken cancellationToken)
    {
        if (IsEnabled)
        {
            _server = await DashboardResourceServer.StartAsync(services.GetRequiredService<DashboardResourceSource>(), cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    private DashboardExecutable Create()
    {
        var path = services.GetRequiredService<DcpInstallation>().DashboardPath;
        if (!File.Exists(path))
        {
            throw new DistributedApplicationException($"The dashboard is not at '{path}'. Run eng/setup, which fetches it.");
        }

        var resource = new DashboardExecutable(path, options);
        resource.Annotations.Add(new ResourceSnapshotAnnotation(new() { ResourceType = "Executable", Properties = [], State = KnownResourceStates.NotStarted, IsHidden = true }));
        resource.Annotations.Add(new HealthCheckAnnotation(HealthCheckKey));
        resource.Annotations.Add(new CommandLineArgsCallbackAnnotation(args => args.Add("dashboard")));
        resource.Annotations.Add(new EnvironmentCallbackAnnotation((EnvironmentCallbackContext context) =>
        {
            _launch = LaunchOf(path);
            foreach (var (name, value) in _launch.Environment)
            {
                context.EnvironmentVariables[name] = value;
            }
        }));
        return resource;
    }

    private DashboardLaunch LaunchOf(string path)
    {
        var server = _server ?? throw new InvalidOperationException("The resource service has not been started.");
        var home = Directory.CreateDirectory(Path.Combine(services.GetRequiredService<ApplicationRun>().Folder.Path, "dashboard"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new()
        {
            ExecutablePath = path,
            HomeFolder = home.FullName,
            FrontendUrl = new(Resource.Frontend.Url),
            OtlpGrpcUrl = new(Resource.OtlpGrpc.Url),
            OtlpHttpUrl = new(Resource.OtlpHttp.Url),
            ResourceServiceUrl = server.Url,
            ResourceServiceApiKey = server.ApiKey,
            BrowserToken = options.BrowserToken,
            OtlpApiKey = options.OtlpApiKey,
            TelemetryApiKey = options.TelemetryApiKey,
        };
    }
}
