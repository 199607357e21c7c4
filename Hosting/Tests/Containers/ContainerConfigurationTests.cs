using Microsoft.Extensions.Logging.Testing;
using XoeNovAi.Hosting.Podman.Containers;

namespace XoeNovAi.Hosting.Tests.Containers;

/// <summary>Which texts a container is started with.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class ContainerConfigurationTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
    private readonly FakeLogger _log = new();

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Addresses_of_containers_are_those_of_their_network()
    {
        var server = _builder.AddContainer("server", "image").WithHttpEndpoint(targetPort: 80);
        using var held = new HeldPorts();
        new EndpointAllocation(randomize: false, held).Allocate(new([server.Resource]), [server.Resource], static (_, _) => null);
        var endpoint = server.GetEndpoint("http");

        var configuration = await ResolveAsync(_builder.AddContainer("client", "image").WithEnvironment("SERVER", endpoint).WithArgs(endpoint).WithArgs(ReferenceExpression.Create($"--port={endpoint.Property(EndpointProperty.Port)}")));

        Assert.AreEqual("http://server:80", configuration.Environment["SERVER"]);
        Assert.AreEqual("http://server:80 --port=80", string.Join(' ', configuration.Arguments));
    }

    [TestMethod]
    public async Task A_secret_and_whatever_is_made_of_one_are_told_apart()
    {
        var secret = _builder.AddParameter("token", "hush", secret: true);
        var open = _builder.AddParameter("color", "green");
        var server = _builder.AddPostgres("db", password: _builder.AddParameter("password", "hidden", secret: true));
        using var held = new HeldPorts();
        new EndpointAllocation(randomize: false, held).Allocate(new([server.Resource]), [server.Resource], static (_, _) => null);

        var configuration = await ResolveAsync(_builder.AddContainer("one", "image")
            .WithEnvironment("TOKEN", secret)
            .WithEnvironment("COLOR", open)
            .WithEnvironment("COMPOSED", ReferenceExpression.Create($"{open}:{secret}"))
            .WithEnvironment("HOST", server.Resource.PrimaryEndpoint.Property(EndpointProperty.Host))
            .WithReference(server.AddDatabase("books"))
            .WithEnvironment("OTEL_EXPORTER_OTLP_HEADERS", "x-otlp-api-key=plain"));

        Assert.AreEqual("hush", configuration.Secrets["TOKEN"]);
        Assert.AreEqual("green:hush", configuration.Secrets["COMPOSED"]);
        Assert.Contains("Host=db;Port=5432", configuration.Secrets["ConnectionStrings__books"]);
        Assert.IsTrue(configuration.Secrets.ContainsKey("OTEL_EXPORTER_OTLP_HEADERS"), "The dashboard's key comes as plain text.");
        Assert.AreEqual("green", configuration.Environment["COLOR"]);
        Assert.AreEqual("db", configuration.Environment["HOST"]);
        Assert.IsFalse(configuration.Environment.Values.Any(static v => v.Contains("hush", StringComparison.Ordinal) || v.Contains("hidden", StringComparison.Ordinal)));
        Assert.IsFalse(configuration.HasSecretArguments);
    }

    [TestMethod]
    public async Task A_secret_among_the_arguments_is_warned_of()
    {
        var configuration = await ResolveAsync(_builder.AddContainer("one", "image").WithArgs(_builder.AddParameter("token", "hush", secret: true)));

        Assert.IsTrue(configuration.HasSecretArguments);
        Assert.Contains("'one'", _log.LatestRecord.Message);
        Assert.DoesNotContain("hush", _log.LatestRecord.Message);
    }

    [TestMethod]
    [DataRow("""{{- index .Annotations "otel-service-name" -}}""", "one")]
    [DataRow("""service.instance.id={{- index .Annotations "otel-service-instance-id" -}}""", "service.instance.id=one")]
    [DataRow("""{{ index .Annotations "another" }}""", """{{ index .Annotations "another" }}""")]
    [DataRow("{{ plain }}", "{{ plain }}")]
    public async Task What_dcp_fills_in_for_telemetry_is_filled_in(string given, string expected)
        => Assert.AreEqual(expected, (await ResolveAsync(_builder.AddContainer("one", "image").WithEnvironment("VALUE", given))).Environment["VALUE"]);

    [TestMethod]
    public async Task A_shell_gets_all_arguments_as_one()
    {
        var shell = _builder.AddContainer("one", "image").WithArgs("echo", "$HOME", "&&", "exit 3");
        shell.Resource.ShellExecution = true;

        Assert.AreEqual("-c, echo $HOME && exit 3", string.Join(", ", (await ResolveAsync(shell)).Arguments));
    }

    [TestMethod]
    public async Task What_cannot_be_resolved_is_named()
    {
        var container = _builder.AddContainer("one", "image").WithEnvironment("VALUE", _builder.AddParameter("missing"));

        var exception = await Assert.ThrowsAsync<DistributedApplicationException>(() => ResolveAsync(container));

        Assert.Contains("missing", exception.Message);
    }

    private async Task<ContainerConfiguration> ResolveAsync(IResourceBuilder<ContainerResource> container)
    {
        await using var application = _builder.Build();
        return await ContainerConfiguration.ResolveAsync(container.Resource, _builder.ExecutionContext, _log, TestContext.CancellationToken);
    }
}
