using CliWrap;
using CliWrap.Buffered;
using YamlDotNet.RepresentationModel;

namespace XoeNovAi.IntegrationTests.Publishing;

/// <summary>What is published for Quadlet and for compose.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class EngineFilesTests : PublishedFilesTest
{
    // As Podman documents them: podman-systemd.unit(5).
    private static readonly Dictionary<string, string[]> Keys = new()
    {
        [".container"] =
        [
            "AddCapability", "ContainerName", "DropCapability", "Entrypoint", "Environment", "Exec", "Group", "HealthCmd", "HealthInterval", "HealthRetries", "HealthStartPeriod", "HealthTimeout",
            "Image", "Network", "NoNewPrivileges", "Notify", "PidsLimit", "PodmanArgs", "PublishPort", "ReadOnly", "Secret", "Tmpfs", "User", "UserNS", "Volume",
        ],
        [".network"] = ["DisableDNS", "Internal", "NetworkName", "Options", "Subnet"],
        [".volume"] = ["VolumeName"],
    };

    private static readonly string[] TopLevel = ["name", "services", "networks", "volumes", "secrets", "configs"];

    [TestMethod]
    [Scenario("PUB-03")]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Quadlet_units_are_units_of_systemd_with_keys_that_podman_knows()
    {
        var units = await PublishAsync("quadlet");
        var verified = Directory.CreateDirectory(Path.Combine(Folder, "verified"));
        foreach (var unit in Directory.EnumerateFiles(units).Where(static f => Keys.ContainsKey(Path.GetExtension(f))))
        {
            var own = Path.GetExtension(unit) is var extension && extension == ".container" ? "[Container]" : $"[{char.ToUpperInvariant(extension[1])}{extension[2..]}]";
            var lines = await File.ReadAllLinesAsync(unit, Cancel);
            var section = lines.SkipWhile(l => l != own).Skip(1).TakeWhile(static l => !l.StartsWith('[')).Where(static l => l.Length > 0).Select(static l => l.Split('=')[0]).ToList();
            Assert.IsNotEmpty(section, unit);
            Assert.IsEmpty(section.Except(Keys[extension]), $"{Path.GetFileName(unit)} has keys that Quadlet does not know.");
            if (extension == ".container")
            {
                // As the generator passes them on: what is its own gets an X-, which systemd leaves alone.
                await File.WriteAllLinesAsync(Path.Combine(verified.FullName, $"{Path.GetFileNameWithoutExtension(unit)}.service"), lines.Select(l => l == own ? "[X-Container]" : l == "[Service]" ? "[Service]\nExecStart=/bin/true" : l), Cancel);
            }
        }

        var services = verified.GetFiles().Select(static f => f.FullName).ToList();
        Assert.HasCount(14, services);
        var result = await Cli.Wrap("systemd-analyze").WithArguments(["verify", "--man=no", "--recursive-errors=no", .. services]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(Cancel);
        var said = result.StandardError.Split('\n').Where(l => l.Contains(verified.FullName, StringComparison.Ordinal)).ToList();
        Assert.IsEmpty(said, string.Join('\n', said));
    }

    [TestMethod]
    [Scenario("PUB-03")]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task The_compose_file_refers_to_nothing_that_is_not_in_it()
    {
        var documents = new YamlStream();
        documents.Load(new StringReader(await File.ReadAllTextAsync(Path.Combine(await PublishAsync("compose"), "compose.yaml"), Cancel)));
        var file = (YamlMappingNode)documents.Documents.Single().RootNode;
        Assert.IsEmpty(KeysOf(file).Except(TopLevel), "Something is in the file that compose does not know.");
        var services = (YamlMappingNode)file["services"];
        Assert.HasCount(14, services.Children);
        foreach (var (name, node) in services.Children)
        {
            var service = (YamlMappingNode)node;
            Assert.IsEmpty(KeysOf(service, "networks").Except(KeysOf(file, "networks")), $"{name} is on a network that is not there.");
            Assert.IsEmpty(KeysOf(service, "depends_on").Except(KeysOf(services)), $"{name} waits for what is not there.");
            Assert.IsEmpty(SourcesOf(service, "secrets").Except(KeysOf(file, "secrets")), $"{name} has a secret that is not there.");
            Assert.IsEmpty(SourcesOf(service, "volumes").Except(KeysOf(file, "volumes")), $"{name} has a volume that is not there.");
            Assert.AreEqual("true", service["read_only"].ToString(), $"{name}");
            Assert.AreEqual("ALL", ((YamlSequenceNode)service["cap_drop"]).Single().ToString(), $"{name}");
            Assert.IsTrue(service.Children.ContainsKey("healthcheck"), $"{name} has no health check.");
            Assert.AreEqual(name.ToString() == "gateway", service.Children.ContainsKey("ports"), $"Whether {name} is published");
        }

        Assert.IsTrue(((YamlMappingNode)file["networks"]).Children.All(static n => n.Value["internal"].ToString() == "true"), "A network is not internal.");
    }

    [TestMethod]
    [Scenario("PUB-03")]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task A_publisher_that_is_not_there_is_named_with_those_that_are()
    {
        var (exitCode, _, errors) = await AppHostPublisher.RunAsync("swarm", Folder, [], Cancel);

        Assert.AreEqual(1, exitCode);
        Assert.AreEqual("There is no publisher 'swarm'. There are: podman-kube, kubernetes, quadlet, compose, manifest, default.", errors.Trim());
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [TestMethod]
    [Scenario("PUB-03")]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task A_step_that_is_not_there_is_named_with_those_that_are()
    {
        var (exitCode, _, errors) = await AppHostPublisher.RunAsync("default", Folder, ["--step", "publish-swarm"], Cancel);

        Assert.AreEqual(1, exitCode);
        Assert.HasCount(1, errors.Trim().Split('\n'), errors);
        Assert.StartsWith("There is no step 'publish-swarm'. There are: ", errors);
        Assert.Contains(" publish-quadlet", errors);
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [TestMethod]
    [Scenario("PUB-03")]
    [Timeout(120_000, CooperativeCancellation = true)]
    [DataRow("Application", "Big Name", "lower-case")]
    [DataRow("Registry", "https://images", "without https://")]
    [DataRow("Tag", "one two", "a tag has")]
    public async Task A_setting_that_engines_do_not_take_is_named_with_what_they_do(string name, string value, string rule)
    {
        var (exitCode, _, errors) = await AppHostPublisher.RunAsync("compose", Folder, [$"--Publishing:{name}={value}"], Cancel);

        Assert.AreEqual(1, exitCode);
        Assert.HasCount(1, errors.Trim().Split('\n'), errors);
        Assert.Contains($"'Publishing:{name}' is '{value}'; ", errors);
        Assert.Contains(rule, errors);
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [TestMethod]
    [Scenario("PUB-03")]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task An_output_that_cannot_be_written_is_one_sentence()
    {
        var file = Path.Combine(Folder, "file");
        await File.WriteAllTextAsync(file, "mine", Cancel);
        var (exitCode, _, errors) = await AppHostPublisher.RunAsync("compose", file, [], Cancel);

        Assert.AreEqual(1, exitCode);
        Assert.HasCount(1, errors.Trim().Split('\n'), errors);
        Assert.Contains($"'{Path.Combine(file, "compose")}' cannot be written", errors);
        Assert.AreEqual("mine", await File.ReadAllTextAsync(file, Cancel));
        Assert.HasCount(1, Directory.GetFileSystemEntries(Folder));
    }

    private static List<string> KeysOf(YamlMappingNode node) => [.. node.Children.Keys.Select(static k => k.ToString())];

    private static List<string> KeysOf(YamlMappingNode node, string child) => node.Children.TryGetValue(child, out var found) ? KeysOf((YamlMappingNode)found) : [];

    private static List<string> SourcesOf(YamlMappingNode node, string child)
        => node.Children.TryGetValue(child, out var found) ? [.. ((YamlSequenceNode)found).Select(static s => s["source"].ToString())] : [];
}
