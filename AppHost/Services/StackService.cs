using System.Globalization;
using XoeNovAi.AppHost.Certificates;
using XoeNovAi.AppHost.Configuration;
using XoeNovAi.AppHost.Networks;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Services;
using XoeNovAi.Hosting.Podman.Tunnels;
using XoeNovAi.Hosting.Publishing;

namespace XoeNovAi.AppHost.Services;

/// <summary>A service of the stack, whichever way it runs: each thing said of it is said to all its instances.</summary>
internal sealed class StackService
{
    /// <summary>The version every service is registered with.</summary>
    public const string StackVersion = "0.9";

    private const string EndpointName = "http";
    private const string NetworkSuffix = "-network";
    private const string EchoSetting = "Diagnostics__Echo";
    private const int FaultPort = 9009;
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(1);
    private readonly StackNetworks _networks;
    private readonly StackServiceOptions _options;
    private readonly List<IResourceBuilder<ContainerResource>> _containers = [];
    private readonly IResourceBuilder<ProjectResource>? _project;
    private readonly ServiceSidecars _sidecars;
    private readonly int _port;
    private readonly string _name;
    private bool _isOnNetwork;

    private StackService(string name, int port, StackNetworks networks, IEnumerable<IResourceBuilder<ContainerResource>> containers, IResourceBuilder<ProjectResource>? project)
    {
        _name = name;
        _networks = networks;
        _options = networks.Options.For(name);
        _port = _options.Port ?? port;
        _project = project;
        _containers.AddRange(containers);
        _sidecars = new(name, _port, networks, _containers);
    }

    public static StackService OfContainers<TProject>(IDistributedApplicationBuilder builder, string name, int port, StackNetworks networks, int instances)
        where TProject : IProjectMetadata, new()
    {
        var image = networks.Options.For(name).Image;
        var containers = Enumerable.Range(1, instances)
            .Select(i => instances == 1 ? name : $"{name}-{i}")
            .Select(n => image is null ? builder.AddServiceContainer<TProject>(n) : builder.AddForeignImage(name, n, image));
        var service = new StackService(name, port, networks, containers, null);
        foreach (var (container, index) in service._containers.Select(static (c, i) => (c, i)))
        {
            container.WithHttpEndpoint(targetPort: service._port, name: EndpointName)
                .WithContainerNetworkAlias(name)
                .WithEnvironment("ASPNETCORE_HTTP_PORTS", Text(service._port))
                .WithEnvironment("DOTNET_EnableDiagnostics", "0")
                .WithEnvironment("Discovery__Instance", Text(index + 1))
                .WithEnvironment("Discovery__Addresses__host", $"{container.GetEndpoint(EndpointName, KnownNetworkIdentifiers.LocalhostNetwork).Property(EndpointProperty.HostAndPort)}")
                .WaitFor(networks.Consul);
            if (builder.ExecutionContext.IsRunMode)
            {
                container.WithContainerFiles("/", [TlsFiles.Trust(networks.Authority)]).WithEnvironment("SSL_CERT_FILE", AuthorityFile.InContainer);
            }

            if (networks.Options.Faults)
            {
                // On loopback inside of the container: there it cannot meet another's.
                container.WithEnvironment("Faults__Port", Text(FaultPort));
            }

            service.Common(container);
        }

        return service;
    }

    public static StackService OfProject<TProject>(IDistributedApplicationBuilder builder, string name, int port, StackNetworks networks, int instances)
        where TProject : IProjectMetadata, new()
    {
        var project = builder.AddProject<TProject>(name, launchProfileName: null);
        var service = new StackService(name, port, networks, [], project);
        var endpoint = project.WithHttpEndpoint(name: EndpointName).GetEndpoint(EndpointName, KnownNetworkIdentifiers.LocalhostNetwork);
        if (instances > 1)
        {
            project.WithReplicas(instances);
        }

        project.WithEnvironment("Discovery__Addresses__host", $"{endpoint.Property(EndpointProperty.HostAndPort)}")
            .WithEnvironment("Discovery__Addresses__app", $"{project.GetTunnelledAddress(EndpointName)}")
            .WithEnvironment("Discovery__Main", "app")
            .WithEnvironment("Discovery__View", "host")
            .WithEnvironment(context => context.EnvironmentVariables["SSL_CERT_FILE"] = networks.AuthorityFile)
            .WaitFor(networks.Consul);
        service.Common(project);
        return service;
    }

    /// <summary>A service that is left out of this run; nobody waits for it.</summary>
    public static StackService Without(string name, int port, StackNetworks networks) => new(name, port, networks, [], null);

    /// <summary>
    /// On a network, and found there by the service's address on it. The first network is where the service is found by those who are on
    /// none of its others, and where it looks for others itself.
    /// </summary>
    public StackService OnNetwork(IResourceBuilder<PodmanNetworkResource> network)
    {
        var name = network.Resource.Name;
        var view = name.EndsWith(NetworkSuffix, StringComparison.Ordinal) ? name[..^NetworkSuffix.Length] : name;
        foreach (var container in _containers)
        {
            var own = container.GetEndpoint(EndpointName).Property(EndpointProperty.HostAndPort);
            container.OnNetwork(network).WithEnvironment($"Discovery__Addresses__{view}", $"{network.SubnetOr(ReferenceExpression.Create($"{own}"))}");
            if (!_isOnNetwork)
            {
                container.WithEnvironment("Discovery__Main", view).WithEnvironment("Discovery__View", view);
            }
        }

        _isOnNetwork = true;
        return this;
    }

    /// <summary>Healthy when the path answers 200, for the stack and for Consul.</summary>
    public StackService WithHttpHealthCheck(string path)
    {
        var checkedPath = _options.HealthPath ?? path;
        foreach (var (container, index) in _containers.Select(static (c, i) => (c, i)))
        {
            container.WithEnvironment("Discovery__CheckPath", checkedPath);
            if (container.ApplicationBuilder.ExecutionContext.IsPublishMode)
            {
                AskedWhenDeployed(container, checkedPath);
            }
            else
            {
                container.WithHttpHealthCheck(checkedPath);
            }

            if (_options.Image is not null)
            {
                _networks.Consul.WithForeignService(
                    new(_name, index + 1, container.Resource.Name, _port, checkedPath, container.ApplicationBuilder.ExecutionContext.IsPublishMode ? null : container.GetEndpoint(EndpointName, KnownNetworkIdentifiers.LocalhostNetwork)),
                    _networks.Options.CheckInterval);
            }
        }

        _project?.WithHttpHealthCheck(checkedPath).WithEnvironment("Discovery__CheckPath", checkedPath);
        return this;
    }

    /// <summary>Has the connection strings of stores, and starts when they are healthy.</summary>
    public StackService WithReference(params IReadOnlyList<IResourceBuilder<IResourceWithConnectionString>> stores)
    {
        foreach (var store in stores)
        {
            foreach (var container in _containers)
            {
                container.WithReference(store).WaitFor(store);
            }

            _project?.WithReference(store).WaitFor(store);
        }

        return this;
    }

    /// <summary>Starts when another service is healthy. Where that is, Consul tells it.</summary>
    public StackService WaitFor(StackService other)
    {
        foreach (var container in _containers)
        {
            other.AwaitedBy(container);
        }

        if (_project is not null)
        {
            other.AwaitedBy(_project);
        }

        return this;
    }

    /// <summary>May call another in the mesh, and then does so through it. Without the mesh nothing is changed.</summary>
    public StackService WithUpstream(StackService other)
    {
        _sidecars.LeadTo(other._sidecars);
        return this;
    }

    /// <summary>Published on a port of the host's loopback. Tests ask it for what arrives at those behind it: it does not echo itself.</summary>
    public StackService WithHostPort(int port)
    {
        foreach (var container in _containers)
        {
            container.WithEndpoint(EndpointName, e => e.Port = port).WithExternalHttpEndpoints().WithEnvironment(EchoSetting, "false");
        }

        _project?.WithEndpoint(EndpointName, e => e.Port = port).WithExternalHttpEndpoints().WithEnvironment(EchoSetting, "false");
        return this;
    }

    /// <summary>TLS beside plain HTTP, with a certificate of the run's authority. Containers only: a process would leave its key on the host.</summary>
    public StackService WithHttpsEndpoint(int port)
    {
        foreach (var container in _containers)
        {
            using var certificate = _networks.Authority.Issue(_name);
            container.WithHttpsEndpoint(targetPort: port, name: "https")
                .WithContainerFiles("/", [TlsFiles.Serve(certificate)])
                .WithEnvironment("ASPNETCORE_HTTPS_PORTS", Text(port))
                .WithEnvironment("Gateway__Tls__CertificateFile", TlsFiles.Certificate)
                .WithEnvironment("Gateway__Tls__KeyFile", TlsFiles.Key);
        }

        return this;
    }

    /// <summary>May read the keys of Consul that begin so.</summary>
    public StackService WithReadableKeys(string prefix)
    {
        _networks.Consul.WithReadableKeys(_name, prefix);
        return this;
    }

    /// <summary>Limited, where the machine can enforce it.</summary>
    public StackService WithLimits(int memoryMegabytes, double? cpus = null)
    {
        foreach (var container in _containers)
        {
            container.WithLimits(memoryMegabytes, cpus);
        }

        return this;
    }

    // A real image has what it has: what of it asks for its health is not known here.
    private void AskedWhenDeployed(IResourceBuilder<ContainerResource> container, string path)
    {
        container.WithHttpProbe(ProbeType.Readiness, path, endpointName: EndpointName);
        if (_options.Image is null)
        {
            container.WithHealthCommand("wget", "-q", "-O", "/dev/null", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}{path}"));
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Common<T>(IResourceBuilder<T> instance)
        where T : IResourceWithEnvironment
    {
        instance.WithAnnotation(new StackServiceAnnotation(_name))
            .WithReference(_networks.Consul)
            .WithConsulToken(_networks.Consul, _name)
            .WithEnvironment("Discovery__Service", _name)
            .WithEnvironment("Discovery__Tags__0", "v1")
            .WithEnvironment("Discovery__Meta__version", StackVersion)
            .WithEnvironment("Discovery__Port", Text(_port))
            .WithEnvironment("Discovery__CheckInterval", _networks.Options.CheckInterval.ToString("c", CultureInfo.InvariantCulture))
            .WithEnvironment("Discovery__CheckTimeout", CheckTimeout().ToString("c", CultureInfo.InvariantCulture))

            // The tunnel to the dashboard is ready later than the service; without this, what was to be sent by then is thrown away.
            .WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory")
            .WithEnvironment("OTEL_EXPORTER_OTLP_TIMEOUT", "60000");
        if (_networks.Options.Echo)
        {
            instance.WithEnvironment(EchoSetting, "true");
        }

        foreach (var (key, value) in _options.Environment)
        {
            instance.WithEnvironment(key, value);
        }
    }

    // What is not there any more may answer nothing at all: with a whole interval for that it would be found out only just within two.
    private TimeSpan CheckTimeout()
    {
        var most = _networks.Options.CheckInterval * 0.75;
        return most < LongestCheck ? most : LongestCheck;
    }

    private void AwaitedBy<T>(IResourceBuilder<T> user)
        where T : IResourceWithWaitSupport
    {
        foreach (var container in _containers)
        {
            user.WaitFor(container);
        }

        if (_project is not null)
        {
            user.WaitFor(_project);
        }
    }
}
