using System.Reflection;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Backchannel;
using Aspire.Hosting.Commands;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dcp;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Execution;
using Aspire.Hosting.Health;
using Aspire.Hosting.Lifecycle;
using Aspire.Hosting.Orchestration;
using Aspire.Hosting.Publishing;
using Aspire.Hosting.UserSecrets;

namespace Aspire.Hosting;

/// <summary>Builds an application.</summary>
public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly ApplicationInterceptor? _interceptor;

    /// <summary>Creates a builder.</summary>
    /// <param name="args">The command line.</param>
    public DistributedApplicationBuilder(string[] args)
        : this(new DistributedApplicationOptions { Args = args })
    {
    }

    /// <summary>Creates a builder.</summary>
    /// <param name="options">How the application is built.</param>
    public DistributedApplicationBuilder(DistributedApplicationOptions options)
        : this(options, ApplicationInterceptor.Current)
    {
    }

    internal DistributedApplicationBuilder(DistributedApplicationOptions options, ApplicationInterceptor? interceptor)
    {
        ArgumentNullException.ThrowIfNull(options);
        _interceptor = interceptor;
        var settings = new HostApplicationBuilderSettings { Args = options.Args };
        interceptor?.BeforeBuilder(options, settings);
        var location = AppHostLocation.Of(options);
        settings.ContentRootPath ??= location.Directory;
        settings.ApplicationName ??= location.Name;
        settings.Args = options.Args ?? settings.Args;
        _host = new(settings);
        Configuration[$"{DcpOptions.Section}:{nameof(DcpOptions.RunId)}"] ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        MapSwitches(options.Args ?? []);
        ExecutionContext = ContextOf(Configuration);
        AppHostDirectory = location.Directory;
        AppHostPath = location.ProjectPath ?? location.Directory;
        AppHostAssembly = options.Assembly;
        UserSecretsManager = UserSecretsFile.Of(AppHostAssembly);

        Services.AddSingleton(options);
        Services.AddSingleton(location);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(Eventing);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(UserSecretsManager);
        Services.AddSingleton(Resources);
        Services.AddSingleton(static s => new DistributedApplicationModel(s.GetRequiredService<IResourceCollection>()));
        Services.AddSingleton(static s => new ResourceLoggerService(s.GetRequiredService<TimeProvider>()));
        Services.AddSingleton(static s => new ResourceNotificationService(s.GetRequiredService<ILogger<ResourceNotificationService>>(), s.GetRequiredService<IHostApplicationLifetime>(), s, s.GetRequiredService<ResourceLoggerService>()));

        // Without a dashboard nobody sees what failed, and nobody can start it again.
        Services.Configure<ResourceNotificationServiceOptions>(o => o.DefaultWaitBehavior = options.DisableDashboard ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable);
        Services.TryAddEventingSubscriber<UrlSubscriber>();
        Services.AddSingleton(static s => new ResourceCommandService(s.GetRequiredService<ResourceNotificationService>(), s.GetRequiredService<ResourceLoggerService>(), s));
        Services.AddHealthChecks();
        Services.AddSingleton<ResourceHealthMonitor>();
        Services.AddSingleton<LifecycleCommands>();
        Services.AddOptions<DcpOptions>().Configure<IConfiguration>(static (o, c) => c.GetSection(DcpOptions.Section).Bind(o));
        Services.AddExecution();
        Services.AddDashboard(DashboardOptions.Read(options, Configuration, location.Name));
        Services.AddSingleton<ApplicationOrchestrator>();
        if (ExecutionContext.IsPublishMode)
        {
            Services.AddHostedService<ManifestPublisher>();
        }
        else
        {
            if (interceptor is null)
            {
                // Before what it shows: aspire run wants to hear from the first moment. Tests show nothing.
                Services.AddBackchannel();
            }

            if (options.EnableResourceLogging)
            {
                Services.AddHostedService<ResourceLogForwarder>();
            }

            Services.AddHostedService<LauncherWatch>();
            Services.AddHostedService(static s => s.GetRequiredService<ApplicationOrchestrator>());
        }

        Services.Configure<HostOptions>(static o => o.ShutdownTimeout = TimeSpan.FromSeconds(30));
        Services.AddLogging(static logging => logging
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            // What keeps the application from starting is thrown to whoever started it.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            .AddFilter("System.Net.Http", LogLevel.Warning)
            .AddFilter("Grpc", LogLevel.Warning));
        interceptor?.AfterBuilder(this);
    }

    /// <inheritdoc />
    public ConfigurationManager Configuration => _host.Configuration;

    /// <inheritdoc />
    public string AppHostDirectory { get; }

    /// <summary>The AppHost's project file, or its folder where the build did not record one.</summary>
    public string AppHostPath { get; }

    /// <inheritdoc />
    public Assembly? AppHostAssembly { get; }

    /// <inheritdoc />
    public IHostEnvironment Environment => _host.Environment;

    /// <inheritdoc />
    public IServiceCollection Services => _host.Services;

    /// <inheritdoc />
    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    /// <inheritdoc />
    public DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <inheritdoc />
    public IUserSecretsManager UserSecretsManager { get; }

    /// <inheritdoc />
    public IResourceCollection Resources { get; } = new ResourceCollection();

    /// <inheritdoc />
    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    /// <inheritdoc />
    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource
        => new DistributedApplicationResourceBuilder<T>(this, resource);

    /// <inheritdoc />
    public DistributedApplication Build()
    {
        _interceptor?.BeforeBuild(this);
        var host = _host.Build();
        ExecutionContext.ServiceProvider = host.Services;
        var application = new DistributedApplication(host, _interceptor);
        _interceptor?.AfterBuild(application);
        return application;
    }

    private static DistributedApplicationExecutionContext ContextOf(IConfiguration configuration)
    {
        var publisher = configuration["Publishing:Publisher"];
        return configuration["AppHost:Operation"]?.ToLowerInvariant() switch
        {
            null when publisher is null => new(DistributedApplicationOperation.Run),
            "run" => new(DistributedApplicationOperation.Run),
            null or "publish" => new(DistributedApplicationOperation.Publish, publisher ?? "manifest"),
            var unknown => throw new DistributedApplicationException($"'{unknown}' is no operation of an AppHost. There are: run, publish."),
        };
    }

    private void MapSwitches(string[] args)
        => Configuration.AddCommandLine(args, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["--operation"] = "AppHost:Operation",
            ["--publisher"] = "Publishing:Publisher",
            ["--output-path"] = "Pipeline:OutputPath",
            ["--step"] = "Pipeline:Step",
        });
}
