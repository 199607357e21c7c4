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

        string[] expected =
        [
            "ConnectionStrings__main", "ConnectionStrings__xnai",
            "MAIN_DATABASENAME", "MAIN_HOST", "MAIN_JDBCCONNECTIONSTRING", "MAIN_PASSWORD", "MAIN_PORT", "MAIN_URI", "MAIN_USERNAME",
            "SERVER_ADMIN", "SERVER_HTTP",
            "XNAI_DATABASENAME", "XNAI_HOST", "XNAI_JDBCCONNECTIONSTRING", "XNAI_PASSWORD", "XNAI_PORT", "XNAI_URI", "XNAI_USERNAME",
            "outside",
            "services__outside__default__0", "services__server__admin__0", "services__server__http__0",
        ];
        CollectionAssert.AreEqual(expected, environment.Keys.Order(StringComparer.Ordinal).ToArray());
    }

    [TestMethod]
    [DataRow(ReferenceEnvironmentInjectionFlags.None, "")]
    [DataRow(ReferenceEnvironmentInjectionFlags.ConnectionString, "ConnectionStrings__redis")]
    [DataRow(ReferenceEnvironmentInjectionFlags.ConnectionProperties, "REDIS_HOST REDIS_PASSWORD REDIS_PORT REDIS_URI")]
    [DataRow(ReferenceEnvironmentInjectionFlags.ServiceDiscovery, "services__server__http__0")]
    [DataRow(ReferenceEnvironmentInjectionFlags.Endpoints, "SERVER_HTTP")]
    public async Task References_are_given_in_the_forms_that_were_asked_for(ReferenceEnvironmentInjectionFlags forms, string expected)
    {
        using var builder = Values.Builder();
        var redis = builder.AddRedis("redis");
        var server = builder.AddContainer("server", "image").WithHttpEndpoint(targetPort: 80);
        var client = builder.AddContainer("client", "image").WithReference(redis).WithReference(server.GetEndpoint("http")).WithReferenceEnvironment(forms);

        Assert.AreEqual(expected, string.Join(' ', (await Values.EnvironmentOf(client.Resource, Cancelled)).Keys.Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    public async Task A_whole_service_is_given_by_scheme_and_index_and_without_what_it_keeps_to_itself()
    {
        using var builder = Values.Builder();
        var server = builder.AddProject("web-api", "web.csproj", launchProfileName: null)
            .WithHttpEndpoint().WithHttpsEndpoint().WithHttpEndpoint(name: "admin").WithHttpEndpoint(name: "inner")
            .WithEndpoint("inner", static e => e.ExcludeReferenceEndpoint = true)
            // Called http, and made to speak https: .NET's discovery asks for what is spoken.
            .WithEndpoint("http", static e => e.UriScheme = "https");
        var client = builder.AddContainer("client", "image").WithReference(server);
        var renamed = builder.AddContainer("renamed", "image").WithReference(server, "backend");
        Values.Allocate(server.Resource, "http", 5000, "aspire.dev.internal", 5000);

        string[] expected = ["WEB_API_ADMIN", "WEB_API_HTTP", "WEB_API_HTTPS", "services__web-api__admin__0", "services__web-api__https__0", "services__web-api__https__1"];
        CollectionAssert.AreEqual(expected, (await Values.EnvironmentOf(client.Resource, Cancelled)).Keys.Order(StringComparer.Ordinal).ToArray());
        string[] other = ["backend_ADMIN", "backend_HTTP", "backend_HTTPS", "services__backend__admin__0", "services__backend__https__0", "services__backend__https__1"];
        CollectionAssert.AreEqual(other, (await Values.EnvironmentOf(renamed.Resource, Cancelled)).Keys.Order(StringComparer.Ordinal).ToArray());
    }

    [TestMethod]
    public async Task Connection_properties_can_be_added_and_replaced()
    {
        using var builder = Values.Builder();
        var redis = builder.AddRedis("redis").WithConnectionProperty("Host", "elsewhere").WithConnectionProperty("Zone", "b");
        var client = builder.AddContainer("client", "image").WithReference(redis).WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionProperties);

        var values = await client.Resource.GetEnvironmentVariableValuesAsync(DistributedApplicationOperation.Publish);

        Assert.AreEqual("elsewhere", values["REDIS_HOST"]);
        Assert.AreEqual("b", values["REDIS_ZONE"]);
        Assert.AreEqual("{redis.bindings.tcp.port}", values["REDIS_PORT"]);
        Assert.AreEqual("{redis.bindings.tcp.host}", redis.Resource.GetConnectionProperty("host").ValueExpression);
        Assert.AreEqual(string.Empty, redis.Resource.GetConnectionProperty("nothing").Format);
    }

    [TestMethod]
    public async Task A_redirected_connection_string_is_the_others()
    {
        using var builder = Values.Builder();
        var real = builder.AddConnectionString("real", ReferenceExpression.Create($"Host=db.test"));
        var postgres = builder.AddPostgres("postgres").WithConnectionStringRedirection(real.Resource);

        Assert.AreEqual("Host=db.test", await postgres.Resource.GetConnectionStringAsync(Cancelled));
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
            .WithReference(builder.AddConnectionString("composed", nested))
            .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString);

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
