using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;
using Microsoft.Extensions.Logging.Abstractions;

namespace XoeNovAi.Hosting.Tests.Model;

[TestClass]
public sealed class WithReferenceTests
{
    private const string Password = "not-for-everyone";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    public async Task Connection_strings_and_services_have_the_names_clients_look_for()
    {
        using var builder = Values.Builder();
        var database = builder.AddPostgres("postgres").AddDatabase("xnai");
        var server = builder.AddContainer("server", "image").WithHttpEndpoint(targetPort: 80).WithHttpEndpoint(targetPort: 81, name: "admin");
        var client = builder.AddContainer("client", "image")
            .WithReference(database)
            .WithReference(database, connectionName: "main")
            .WithReference(server.GetEndpoint("http"))
            .WithReference(server.GetEndpoint("admin"))
            .WithReference("outside", new Uri("https://example.test"));

        var environment = await Values.EnvironmentOf(client.Resource, Cancelled);

        string[] expected = ["ConnectionStrings__main", "ConnectionStrings__xnai", "services__outside__default__0", "services__server__admin__0", "services__server__http__0"];
        CollectionAssert.AreEqual(expected, environment.Keys.Order(StringComparer.Ordinal).ToArray());
    }

    [TestMethod]
    public async Task A_container_is_given_the_addresses_it_can_reach()
    {
        using var builder = Values.Builder(("Parameters:postgres-password", Password));
        var postgres = builder.AddPostgres("postgres");
        var database = postgres.AddDatabase("xnai");
        Values.Allocate(postgres.Resource, "tcp", 15432, "postgres", 5432);
        var inContainer = builder.AddContainer("client", "image").WithReference(database);
        var onHost = builder.AddExecutable("tool", "true", "/").WithReference(database);
        await using var application = await builder.BuildAsync(Cancelled);

        var inside = await ConfigurationOf(inContainer.Resource, builder.ExecutionContext);
        var outside = await ConfigurationOf(onHost.Resource, builder.ExecutionContext);

        Assert.AreEqual($"Host=postgres;Port=5432;Username=postgres;Password={Password};Database=xnai", inside.Secrets["ConnectionStrings__xnai"]);
        Assert.AreEqual($"Host=localhost;Port=15432;Username=postgres;Password={Password};Database=xnai", outside.Secrets["ConnectionStrings__xnai"]);
    }

    [TestMethod]
    public async Task A_secret_is_never_among_the_open_variables_however_it_is_wrapped()
    {
        using var builder = Values.Builder(("Parameters:key", Password), ("Parameters:redis-password", Password), ("ConnectionStrings:legacy", $"password={Password}"));
        var key = builder.AddParameter("key", secret: true);
        var redis = builder.AddRedis("redis");
        Values.Allocate(redis.Resource, "tcp", 16379, "redis", 6379);
        var nested = ReferenceExpression.Create($"[{ReferenceExpression.Create($"key={key}")}]");
        var client = builder.AddContainer("client", "image")
            .WithEnvironment("PLAIN", "value")
            .WithEnvironment("PARAMETER", key)
            .WithEnvironment("EXPRESSION", nested)
            .WithEnvironment("INTERPOLATED", $"key={key}")
            .WithEnvironment(context => context.EnvironmentVariables["BUILDER"] = key)
            .WithEnvironment(context => context.EnvironmentVariables["RESOURCE"] = redis.Resource)
            .WithReference(redis)
            .WithReference(builder.AddConnectionString("legacy"))
            .WithReference(builder.AddConnectionString("composed", nested));

        var configuration = await ConfigurationOf(client.Resource);

        string[] open = ["PLAIN"];
        CollectionAssert.AreEqual(open, configuration.Environment.Keys.ToArray());
        Assert.HasCount(8, configuration.Secrets);
        Assert.IsTrue(configuration.Secrets.Values.All(static v => v.Contains(Password, StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task An_address_is_no_secret_though_its_resource_has_one()
    {
        using var builder = Values.Builder();
        var redis = builder.AddRedis("redis");
        Values.Allocate(redis.Resource, "tcp", 16379, "redis", 6379);
        var client = builder.AddContainer("client", "image").WithEnvironment("ADDRESS", $"{redis.Resource.PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}");

        Assert.AreEqual("redis:6379", (await ConfigurationOf(client.Resource)).Environment["ADDRESS"]);
    }

    [TestMethod]
    public async Task A_missing_connection_string_is_left_out_when_optional_and_named_when_not()
    {
        using var builder = Values.Builder();
        var missing = builder.AddConnectionString("missing");
        var relaxed = builder.AddContainer("relaxed", "image").WithReference(missing, optional: true);
        var strict = builder.AddContainer("strict", "image").WithReference(missing);

        var configuration = await ConfigurationOf(relaxed.Resource);
        var failure = await Assert.ThrowsAsync<DistributedApplicationException>(() => ConfigurationOf(strict.Resource));

        Assert.IsEmpty(configuration.Environment);
        Assert.IsEmpty(configuration.Secrets);
        StringAssert.Contains(failure.Message, "'missing'", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Arguments_with_a_secret_are_known_as_such()
    {
        using var builder = Values.Builder(("Parameters:key", Password));
        var key = builder.AddParameter("key", secret: true);

        Assert.IsTrue((await ConfigurationOf(builder.AddContainer("careless", "image").WithArgs(context => context.Args.Add(ReferenceExpression.Create($"--key={key}"))).Resource)).HasSecretArguments);
        Assert.IsFalse((await ConfigurationOf(builder.AddContainer("careful", "image").WithArgs("--key-file=/run/secrets/key").Resource)).HasSecretArguments);
    }

    private Task<ResourceConfiguration> ConfigurationOf(IResource resource, DistributedApplicationExecutionContext? context = null)
        => ResourceConfiguration.EvaluateAsync(resource, context ?? new(DistributedApplicationOperation.Run), NullLogger.Instance, Cancelled);
}
