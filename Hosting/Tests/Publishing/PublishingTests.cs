using System.Text.RegularExpressions;
using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Secrets;
using XoeNovAi.Hosting.Publishing;
using XoeNovAi.Hosting.Publishing.Compose;
using XoeNovAi.Hosting.Publishing.Description;
using XoeNovAi.Hosting.Publishing.Kubernetes;
using XoeNovAi.Hosting.Publishing.Output;
using XoeNovAi.Hosting.Publishing.PodmanKube;
using XoeNovAi.Hosting.Publishing.Quadlet;

namespace XoeNovAi.Hosting.Tests.Publishing;

/// <summary>What is published of a model, and what is refused.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class PublishingTests
{
    private const string Secret = "not-to-be-written-4711";
    private static readonly IReadOnlyList<IEnginePublisher> Publishers = [new PodmanKubePublisher(), new KubernetesPublisher(), new QuadletPublisher(), new ComposePublisher()];
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder(["--operation", "publish", "--step", "publish"]);

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancel => TestContext.CancellationToken;

    private IResourceBuilder<ContainerResource> One => _builder.AddContainer("one", "registry.example/one", "2");

    [TestMethod]
    public async Task No_publisher_writes_a_secret_and_each_says_how_to_make_it()
    {
        var password = _builder.AddParameter("db-password", Secret, secret: true);
        var uri = ReferenceExpression.Create($"postgres://me:{password.Resource:uri}@db");
        One.WithEnvironment("PASSWORD", password).WithEnvironment("URI", uri);
        _builder.AddContainer("two", "two").WithEnvironment("PASSWORD", ReferenceExpression.Create($"pre-{password}")).WithSecretFiles();
        foreach (var publisher in Publishers)
        {
            var files = await PublishAsync(publisher);

            Assert.IsFalse(files.Any(static f => f.Content.Contains(Secret, StringComparison.Ordinal)), publisher.Name);
            Assert.Contains("postgres://me:${db_password_uri_encoded}@db", files.Single(static f => f.Path == "secrets.json").Content, publisher.Name);
            Assert.Contains("`PASSWORD` = `pre-${db_password}`", files.Single(static f => f.Path == "README.md").Content, publisher.Name);
        }
    }

    [TestMethod]
    public async Task Secrets_reach_a_container_the_way_it_reads_them()
    {
        var password = _builder.AddParameter("db-password", Secret, secret: true);
        One.WithEnvironment("PASSWORD", password);
        _builder.AddContainer("two", "two").WithEnvironment("PASSWORD", password).WithSecretFiles();

        Assert.Contains("secretKeyRef:", await TextAsync(new KubernetesPublisher(), "one.yaml"));
        Assert.Contains("value: /run/secrets/PASSWORD", await TextAsync(new KubernetesPublisher(), "two.yaml"));
        Assert.Contains("Secret=app.one.PASSWORD,type=env,target=PASSWORD", await TextAsync(new QuadletPublisher(), "app-one.container"));
        Assert.Contains("Secret=app.two.PASSWORD,type=mount,target=/run/secrets/PASSWORD", await TextAsync(new QuadletPublisher(), "app-two.container"));
        Assert.Contains("PASSWORD: ${db_password:?}", await TextAsync(new ComposePublisher(), "compose.yaml"));
        Assert.Contains("PASSWORD_FILE: /run/secrets/PASSWORD", await TextAsync(new ComposePublisher(), "compose.yaml"));
    }

    [TestMethod]
    public async Task Words_of_an_engine_stay_the_models_text()
    {
        One.WithEnvironment("TEXT", "50% of $HOME and $(X) say \"hi\"").WithArgs("$A", "a b");

        Assert.Contains("$$(X)", await TextAsync(new KubernetesPublisher(), "one.yaml"));
        Assert.Contains("$$HOME and $$(X)", await TextAsync(new ComposePublisher(), "compose.yaml"));
        var unit = await TextAsync(new QuadletPublisher(), "app-one.container");
        Assert.Contains("Environment=\"TEXT=50%% of $HOME and $(X) say \\\"hi\\\"\"", unit);
        Assert.Contains("Exec=\"$$A\" \"a b\"", unit);
    }

    [TestMethod]
    public async Task Replicas_limits_and_hardening_survive_where_an_engine_has_them()
    {
        One.WithAnnotation(new ReplicaAnnotation(3)).WithLimits(64, 0.5).WithHardening(new() { User = "7:8", Capabilities = ["CHOWN"], TemporaryFolders = ["/cache"] });

        var pods = await TextAsync(new KubernetesPublisher(), "one.yaml");
        foreach (var said in new[] { "replicas: 3", "memory: 64Mi", "cpu: 500m", "runAsUser: 7", "runAsGroup: 8", "- CHOWN", "mountPath: /cache", "readOnlyRootFilesystem: true" })
        {
            Assert.Contains(said, pods);
        }

        var compose = await TextAsync(new ComposePublisher(), "compose.yaml");
        foreach (var said in new[] { "replicas: 3", "mem_limit: 64m", "cpus: 0.5", "user: \"7:8\"", "- CHOWN", "- /cache", "read_only: true", "pids_limit: 512" })
        {
            Assert.Contains(said, compose);
        }
    }

    [TestMethod]
    public async Task What_waits_comes_after_what_it_waits_for()
    {
        var first = _builder.AddContainer("first", "first").WithHealthCommand("true");
        var late = _builder.AddContainer("late", "late");
        One.WaitFor(first).WaitFor(late);

        var pods = (await TextAsync(new PodmanKubePublisher(), "pods.txt")).Split('\n').Select(static l => l.Split('.')[0]).ToList();
        Assert.IsGreaterThan(pods.IndexOf("late"), pods.IndexOf("one"));
        var compose = await TextAsync(new ComposePublisher(), "compose.yaml");
        Assert.Contains("first:\n        condition: service_healthy", compose);
        Assert.Contains("late:\n        condition: service_started", compose);
        Assert.Contains("Notify=healthy", await TextAsync(new QuadletPublisher(), "app-first.container"));
    }

    [TestMethod]
    public async Task Files_go_along_and_certificates_and_keys_are_provided()
    {
        One.WithContainerFiles("/etc/one", [new ContainerFile { Name = "one.conf", Contents = "a=1" }])
            .WithContainerFiles("/tls", [new ContainerFile { Name = "server.key", Contents = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----" }]);
        foreach (var publisher in Publishers)
        {
            var files = await PublishAsync(publisher);

            Assert.IsTrue(files.Any(static f => f.Content.Contains("a=1", StringComparison.Ordinal)), publisher.Name);
            Assert.IsFalse(files.Any(static f => f.Content.Contains("PRIVATE KEY", StringComparison.Ordinal)), publisher.Name);
            Assert.Contains("/tls/server.key", files.Single(static f => f.Path == "README.md").Content, publisher.Name);
        }
    }

    [TestMethod]
    public async Task Keys_in_any_form_are_provided_and_what_is_no_text_stays_as_it_is()
    {
        var (key, data) = (Path.Combine(TestContext.TestRunDirectory!, "server.pfx"), Path.Combine(TestContext.TestRunDirectory!, "dump.gz"));
        byte[] bytes = [0x1f, 0x8b, 0xff, 0x00, 0xc3, 0x28];
        await File.WriteAllBytesAsync(key, bytes, Cancel);
        await File.WriteAllBytesAsync(data, bytes, Cancel);
        One.WithContainerFiles("/tls", [new ContainerFile { Name = "server.pfx", SourcePath = key }]).WithContainerFiles("/given", [new ContainerFile { Name = "dump.gz", SourcePath = data }])
            .WithContainerFiles("/given", [new ContainerFile { Name = "dump.gz", SourcePath = data }]);
        foreach (var publisher in Publishers)
        {
            var files = await PublishAsync(publisher);

            Assert.Contains("/tls/server.pfx", files.Single(static f => f.Path == "README.md").Content, publisher.Name);
            var carried = files.Count(f => (f.Bytes?.SequenceEqual(bytes) ?? false) || f.Content.Contains(Convert.ToBase64String(bytes), StringComparison.Ordinal));
            Assert.AreEqual(1, carried, publisher.Name);
        }
    }

    [TestMethod]
    public async Task Names_in_Kubernetes_are_as_it_takes_them()
    {
        One.WithVolume("my.app-DATA", "/data").WithHardening(new() { TemporaryFolders = ["/opt/my_app"] })
            .WithHttpEndpoint(80, 8080, "web-for-everybody").WithEndpoint("web-for-everybody", static e => e.IsExternal = true)
            .WithHttpEndpoint(targetPort: 9090, name: "internal-metrics").WithArgs("a$$b $HOME");

        var said = await TextAsync(new KubernetesPublisher(), "one.yaml");

        var claims = Regex.Matches(said, "name: (my-app-data-[0-9a-f]{5})").Select(static m => m.Groups[1].Value).ToList();
        Assert.HasCount(2, claims, said);
        Assert.HasCount(1, claims.Distinct());
        Assert.MatchesRegex("name: one-opt-my-app-[0-9a-f]{5}", said);
        foreach (Match port in Regex.Matches(said, "(?:name|targetPort): ((?:web|internal)-.*)"))
        {
            Assert.MatchesRegex("^[a-z0-9-]{1,15}$", port.Groups[1].Value);
        }

        Assert.Contains("a$$$$b $$HOME", said);
        var outside = said.Split("---").Single(static o => o.Contains("LoadBalancer", StringComparison.Ordinal));
        Assert.Contains("name: one-external", outside);
        Assert.Contains("port: 80\n", outside);
        Assert.DoesNotContain("9090", outside);
    }

    [TestMethod]
    public async Task What_no_engine_can_do_is_refused_by_name()
    {
        await RefusesAsync(new KubernetesPublisher(), "the further name 'api.internal'", c => c.OnNetwork(_builder.AddPodmanNetwork("net"), "api.internal").WithHttpEndpoint(targetPort: 81));
        await RefusesAsync(new KubernetesPublisher(), "'one' has runtime arguments", c => c.WithContainerRuntimeArgs("--privileged"));
        await RefusesAsync(new KubernetesPublisher(), "A secret is among the arguments of 'one'", c => c.WithArgs(_builder.AddParameter("p", Secret, secret: true)));
        await RefusesAsync(new KubernetesPublisher(), "The file '/a/b' of 'one' has the secret 'q' in it", c => c
            .WithEnvironment("Q", _builder.AddParameter("q", Secret, secret: true)).WithContainerFiles("/a", [new ContainerFile { Name = "b", Contents = $"x={Secret}" }]));
    }

    [TestMethod]
    public async Task What_one_engine_cannot_do_is_refused_by_name()
    {
        await RefusesAsync(new KubernetesPublisher(), "'one' mounts '/srv' of this machine", static c => c.WithBindMount("/srv", "/srv"));
        await RefusesAsync(new KubernetesPublisher(), "'one' runs as 'me'", static c => c.WithHardening(new() { User = "me" }));
        await RefusesAsync(new KubernetesPublisher(), "'one' keeps data and is to run 2 times", static c => c.WithVolume("data", "/data").WithAnnotation(new ReplicaAnnotation(2)));
        await RefusesAsync(new KubernetesPublisher(), "'one' asks for the subnet of 'net'", c => c.WithEnvironment("NET", $"{_builder.AddPodmanNetwork("net")}"));
        await RefusesAsync(new PodmanKubePublisher(), "'one' is to run 2 times", static c => c.WithAnnotation(new ReplicaAnnotation(2)));
        await RefusesAsync(new PodmanKubePublisher(), "'one' is asked for its health over its network", static c => c.WithHttpEndpoint(targetPort: 80).WithHttpProbe(ProbeType.Readiness, "/health"));
        await RefusesAsync(new QuadletPublisher(), "'one' is to run 2 times", static c => c.WithAnnotation(new ReplicaAnnotation(2)));
        await RefusesAsync(new QuadletPublisher(), "'Environment' of a unit has a line break", static c => c.WithEnvironment("A", "b\nc"));
        await RefusesAsync(new ComposePublisher(), "The network 'nameless' has no names", c => c.OnNetwork(_builder.AddPodmanNetwork("nameless").WithoutNames()));
    }

    [TestMethod]
    public async Task An_earlier_output_is_replaced_as_a_whole_and_a_foreign_folder_is_left_alone()
    {
        var root = Directory.CreateTempSubdirectory("xoe-novai-output-");
        try
        {
            var folder = Path.Combine(root.FullName, "out");
            await OutputFolder.WriteAsync(folder, [new("secrets.json", "[]"), new("old.yaml", "old")], Cancel);
            await OutputFolder.WriteAsync(folder, [new("secrets.json", "[]"), new("new.yaml", "new")], Cancel);
            Assert.AreEqual("new.yaml secrets.json", NamesIn(folder));

            var foreign = root.CreateSubdirectory("mine");
            await File.WriteAllTextAsync(Path.Combine(foreign.FullName, "letter"), "dear", Cancel);
            await Assert.ThrowsExactlyAsync<PublishingException>(() => OutputFolder.WriteAsync(foreign.FullName, [new("secrets.json", "[]")], Cancel));
            Assert.AreEqual("mine out", NamesIn(root.FullName), "Something half made is left.");
            Assert.AreEqual("letter", NamesIn(foreign.FullName));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static string NamesIn(string folder) => string.Join(' ', Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    private async Task RefusesAsync(IEnginePublisher publisher, string sentence, Action<IResourceBuilder<ContainerResource>> change)
    {
        var one = One;
        change(one);
        var refused = await Assert.ThrowsExactlyAsync<PublishingException>(() => PublishAsync(publisher));
        Assert.Contains(sentence, refused.Message);
        foreach (var resource in _builder.Resources.ToList())
        {
            _builder.Resources.Remove(resource);
        }
    }

    private async Task<string> TextAsync(IEnginePublisher publisher, string path) => (await PublishAsync(publisher)).Single(f => f.Path == path).Content;

    private async Task<IReadOnlyList<OutputFile>> PublishAsync(IEnginePublisher publisher)
    {
        await using var services = _builder.Services.BuildServiceProvider();
        var model = await new ModelReader(_builder.ExecutionContext, new(), services, TimeProvider.System).ReadAsync(new(_builder.Resources), Cancel);
        var secrets = SecretList.Of(model);
        return [.. publisher.Translate(model, "app"), SecretList.FileOf(secrets), Readme.Of(publisher, model, secrets, "app")];
    }
}
