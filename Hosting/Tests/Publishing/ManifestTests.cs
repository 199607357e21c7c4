using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace XoeNovAi.Hosting.Tests.Publishing;

[TestClass]
public sealed class ManifestTests
{
    private string _folder = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void Create() => _folder = Directory.CreateTempSubdirectory("manifest-").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task A_container_has_its_image_entry_point_arguments_mounts_environment_and_bindings()
    {
        var manifest = await PublishAsync(builder =>
        {
            var redis = builder.AddRedis("cache");
            builder.AddContainer("app", "registry.test/app", "2")
                .WithEntrypoint("/bin/app")
                .WithArgs("--mode", "x")
                .WithBindMount(Path.Combine(_folder, "conf"), "/conf", isReadOnly: true)
                .WithVolume("data", "/data")
                .WithHttpEndpoint(port: 8080, targetPort: 80)
                .WithEndpoint(targetPort: 9000, name: "side")
                .WithExternalHttpEndpoints()
                .WithEnvironment("CACHE", redis.Resource.PrimaryEndpoint.Property(EndpointProperty.HostAndPort))
                .WithReference(redis).WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString);
        });

        AssertJson(
            """
            {
              "type": "container.v0",
              "image": "registry.test/app:2",
              "entrypoint": "/bin/app",
              "args": ["--mode", "x"],
              "bindMounts": [{ "source": "conf", "target": "/conf", "readOnly": true }],
              "volumes": [{ "name": "data", "target": "/data", "readOnly": false }],
              "env": { "CACHE": "{cache.bindings.tcp.host}:{cache.bindings.tcp.port}", "ConnectionStrings__cache": "{cache.connectionString}" },
              "bindings": {
                "http": { "scheme": "http", "protocol": "tcp", "transport": "http", "port": 8080, "targetPort": 80, "external": true },
                "side": { "scheme": "tcp", "protocol": "tcp", "transport": "tcp", "targetPort": 9000 }
              }
            }
            """,
            manifest["app"]);
    }

    [TestMethod]
    public async Task A_server_and_its_database_have_connection_strings_and_the_password_a_way_to_be_generated()
    {
        var manifest = await PublishAsync(static builder => builder.AddPostgres("pg").AddDatabase("db", "books"));

        Assert.AreEqual("Host={pg.bindings.tcp.host};Port={pg.bindings.tcp.port};Username=postgres;Password={pg-password.value}", manifest["pg"]!["connectionString"]!.GetValue<string>());
        AssertJson("""{ "type": "value.v0", "connectionString": "{pg.connectionString};Database=books" }""", manifest["db"]);
        AssertJson(
            """
            {
              "type": "parameter.v0",
              "value": "{pg-password.inputs.value}",
              "inputs": { "value": { "type": "string", "secret": true, "default": { "generate": { "minLength": 22, "special": false } } } }
            }
            """,
            manifest["pg-password"]);
    }

    [TestMethod]
    public async Task A_condition_is_what_holds_when_it_is_published_and_no_secret_is_written()
    {
        var manifest = await PublishAsync(static builder =>
        {
            var server = builder.AddContainer("server", "image").WithEndpoint(targetPort: 80, name: "tcp");
            var secret = builder.AddParameter("secret", "hidden", secret: true);
            builder.AddConnectionString("cs", ReferenceExpression.Create($"a{server.GetEndpoint("tcp").GetTlsValue(ReferenceExpression.Empty, ReferenceExpression.Create($";b={secret}"))}"));
        });

        var written = manifest["cs"]!["connectionString"]!.GetValue<string>();
        StringAssert.StartsWith(written, "a{cond-server-bindings-tcp-tlsenabled-", StringComparison.Ordinal);
        AssertJson("""{ "type": "value.v0", "connectionString": ";b={secret.value}" }""", manifest[written[2..written.IndexOf('.', StringComparison.Ordinal)]]);
    }

    [TestMethod]
    public async Task Parameters_and_connection_strings_stand_for_what_is_given_and_no_secret_is_written()
    {
        var manifest = await PublishAsync(static builder =>
        {
            builder.Configuration["Parameters:secret"] = "do-not-write-me";
            builder.Configuration["ConnectionStrings:outside"] = "do-not-write-me";
            var secret = builder.AddParameter("secret", secret: true);
            builder.AddParameter("plain");
            builder.AddParameter("fixed", "value", publishValueAsDefault: true);
            builder.AddConnectionString("outside");
            builder.AddConnectionString("composed", ReferenceExpression.Create($"key={secret:uri}"));
        });

        AssertJson("""{ "type": "parameter.v0", "value": "{plain.inputs.value}", "inputs": { "value": { "type": "string" } } }""", manifest["plain"]);
        AssertJson("""{ "type": "parameter.v0", "value": "{fixed.inputs.value}", "inputs": { "value": { "type": "string", "default": { "value": "value" } } } }""", manifest["fixed"]);
        AssertJson("""{ "type": "parameter.v0", "connectionString": "{outside.value}", "value": "{outside.inputs.value}", "inputs": { "value": { "type": "string", "secret": true } } }""", manifest["outside"]);
        AssertJson("""{ "type": "value.v0", "connectionString": "key={secret-uri-encoded.value}" }""", manifest["composed"]);
        AssertJson("""{ "type": "annotated.string", "value": "{secret.value}", "filter": "uri" }""", manifest["secret-uri-encoded"]);
        Assert.DoesNotContain("do-not-write-me", manifest.ToJsonString());
    }

    [TestMethod]
    public async Task Projects_and_processes_have_their_paths_relative_to_the_manifest()
    {
        var manifest = await PublishAsync(builder =>
        {
            builder.AddProject("api", Path.Combine(_folder, "api", "api.csproj"), launchProfileName: null).WithHttpEndpoint().WithReplicas(2);
            builder.AddExecutable("tool", "node", Path.Combine(_folder, "tool"), "app.js");
        });

        AssertJson(
            """
            {
              "type": "project.v0",
              "path": "api/api.csproj",
              "env": { "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY": "in_memory", "ASPNETCORE_FORWARDEDHEADERS_ENABLED": "true", "HTTP_PORTS": "{api.bindings.http.targetPort}" },
              "bindings": { "http": { "scheme": "http", "protocol": "tcp", "transport": "http" } }
            }
            """,
            manifest["api"]);
        AssertJson("""{ "type": "executable.v0", "workingDirectory": "tool", "command": "node", "args": ["app.js"] }""", manifest["tool"]);
    }

    [TestMethod]
    public async Task A_build_says_what_it_is_built_of_and_a_written_dockerfile_lies_beside_the_manifest()
    {
        var manifest = await PublishAsync(builder =>
        {
            var token = builder.AddParameter("token", secret: true);
            builder.AddDockerfile("app", _folder, stage: "final").WithBuildArg("VERSION", "2").WithBuildSecret("TOKEN", token);
            builder.AddDockerfileFactory("made", _folder, static _ => "FROM scratch");
            builder.AddExecutable("script", "node", _folder).PublishAsDockerFile(static container => container.WithBuildArg("A", "b"));
        });

        AssertJson(
            """
            {
              "type": "container.v1",
              "build": {
                "context": ".", "dockerfile": "Dockerfile", "stage": "final",
                "args": { "VERSION": "2" },
                "secrets": { "TOKEN": { "type": "env", "value": "{token.value}" } }
              }
            }
            """,
            manifest["app"]);
        AssertJson("""{ "type": "container.v1", "build": { "context": ".", "dockerfile": "made.Dockerfile" } }""", manifest["made"]);
        Assert.AreEqual("FROM scratch", await File.ReadAllTextAsync(Path.Combine(_folder, "made.Dockerfile"), Cancelled));
        AssertJson("""{ "type": "container.v1", "build": { "context": ".", "dockerfile": "Dockerfile", "args": { "A": "b" } } }""", manifest["script"]);
    }

    [TestMethod]
    public async Task What_a_resource_says_of_itself_goes_before_its_type_and_some_are_left_out()
    {
        var manifest = await PublishAsync(static builder =>
        {
            builder.AddContainer("own", "image").WithManifestPublishingCallback(static context => context.Writer.WriteString("type", "own.v0"));
            builder.AddContainer("hidden", "image").ExcludeFromManifest();
            builder.AddExternalService("outside", "https://example.test/");
#pragma warning disable CS0618 // Obsolete in Aspire as well, and still used.
            builder.AddRedis("cache").PublishAsConnectionString();
#pragma warning restore CS0618
            builder.AddResource(new Unknown("strange"));
        });

        AssertJson("""{ "type": "own.v0" }""", manifest["own"]);
        Assert.IsNull(manifest["hidden"]);
        Assert.IsNull(manifest["outside"]);
        Assert.AreEqual("parameter.v0", manifest["cache"]!["type"]!.GetValue<string>());
        StringAssert.Contains(manifest["strange"]!["error"]!.GetValue<string>(), "does not support", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Publishing_has_its_events_and_ends_the_application()
    {
        var seen = new List<string>();
        await PublishAsync(builder =>
        {
            builder.OnBeforePublish((_, _) => Note("before"));
            builder.OnAfterPublish((_, _) => Note($"after, {(File.Exists(Path.Combine(_folder, "aspire-manifest.json")) ? "written" : "not written")}"));
            builder.OnBeforeStart((_, _) => Note(builder.ExecutionContext.IsPublishMode ? "publish mode" : "run mode"));
        });

        string[] expected = ["publish mode", "before", "after, written"];
        CollectionAssert.AreEqual(expected, seen);

        Task Note(string what)
        {
            seen.Add(what);
            return Task.CompletedTask;
        }
    }

    [TestMethod]
    public void An_operation_nobody_knows_is_refused()
        => StringAssert.Contains(Assert.ThrowsExactly<DistributedApplicationException>(() => DistributedApplication.CreateBuilder(["--operation", "dance"])).Message, "dance", StringComparison.Ordinal);

    private static void AssertJson(string expected, JsonNode? actual)
        => Assert.IsTrue(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"Expected {expected} but it is {actual?.ToJsonString(new JsonSerializerOptions { WriteIndented = true })}.");

    private async Task<JsonObject> PublishAsync(Action<IDistributedApplicationBuilder> fill)
    {
        var builder = DistributedApplication.CreateBuilder(["--publisher", "manifest", "--output-path", _folder]);
        fill(builder);
        await using var application = builder.Build();
        await application.RunAsync(Cancelled);
        return JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "aspire-manifest.json"), Cancelled))!["resources"]!.AsObject();
    }

    private sealed class Unknown(string name) : Resource(name);
}
