using System.Formats.Tar;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using k8s;
using k8s.Models;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Setup;
using XoeNovAi.Hosting.Publishing.Output;
using XoeNovAi.Hosting.Publishing.PodmanKube;

namespace XoeNovAi.IntegrationTests.Publishing;

/// <summary>
/// The stack as it was published for <c>podman kube play</c>, deployed by what was published and by nothing else: its script, its list of
/// secrets, its images. When it ends, nothing of it is left.
/// </summary>
internal sealed partial class PlayedStack : IAsyncDisposable
{
    private const string PauseImage = "localhost/podman-pause";
    private static readonly JsonSerializerOptions Lenient = new(JsonSerializerDefaults.Web);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xoe-novai-kube-");
    private readonly PodmanEnvironment _environment = PodmanEnvironment.Find();
    private readonly string _application = $"pub{Guid.NewGuid():n}"[..10];
    private PlayedReaper? _reaper;
    private OwnedRules? _rules;

    private PlayedStack()
    {
        Podman = new(_environment, TimeProvider.System);
        Port = FreePort.Find();
        Gateway = new() { BaseAddress = new($"http://localhost:{Port}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Podman.</summary>
    public PodmanCli Podman { get; }

    /// <summary>The gateway's port.</summary>
    public int Port { get; }

    /// <summary>A client of the gateway.</summary>
    public HttpClient Gateway { get; }

    /// <summary>What had to be left out on this machine.</summary>
    public string? LeftOut { get; private set; }

    private string Published => Path.Combine(_folder.FullName, "podman-kube");

    /// <summary>Publishes, makes images and secrets, and plays.</summary>
    public static async Task<PlayedStack> StartAsync(CancellationToken cancellationToken)
    {
        var stack = new PlayedStack();
        try
        {
            var hadPauseImage = (await stack.Podman.RunAsync(["images", "--quiet", PauseImage], cancellationToken)).Length > 0;
            stack._reaper = await PlayedReaper.StartAsync(stack._environment.Command, stack._application, stack._folder.FullName, hadPauseImage, cancellationToken);
            var (exitCode, output, errors) = await AppHostPublisher.RunAsync(
                "podman-kube",
                stack._folder.FullName,
                [$"--Publishing:Application={stack._application}", $"--Publishing:Tag={stack._application}", $"--Stack:GatewayPort={stack.Port}"],
                cancellationToken);
            Assert.AreEqual(0, exitCode, $"{output}{errors}");
            await stack.WithoutLimitsThatFailAsync(cancellationToken);
            await stack.BuildImagesAsync(cancellationToken);
            await stack.MakeSecretsAsync(cancellationToken);
            await stack.PlayAsync("networks", cancellationToken);
            await stack.KeepQuestionsInsideAsync(cancellationToken);
            await stack.PlayAsync("up", cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>The networks of each pod, as they were declared.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Memberships
        => File.ReadAllLines(Path.Combine(Published, "pods.txt")).Select(static l => l.Split(' ')).ToDictionary(
            static l => Path.GetFileNameWithoutExtension(l[0]),
            static l => (IReadOnlyList<string>)[.. l.Where(static w => w.StartsWith("--network=", StringComparison.Ordinal)).Select(static w => w["--network=".Length..].Split(':')[0])]);

    /// <summary>What Podman says of a service's container.</summary>
    public async Task<JsonElement> InspectAsync(string service, CancellationToken cancellationToken)
        => JsonDocument.Parse(await Podman.RunAsync(["inspect", $"{PodmanKubePublisher.PodNameOf(_application, service)}-{service}"], cancellationToken)).RootElement[0];

    /// <summary>What Podman says of the container that holds a service's network.</summary>
    public async Task<JsonElement> InspectPodAsync(string service, CancellationToken cancellationToken)
    {
        var infra = await Podman.RunAsync(["pod", "inspect", "--format", "{{.InfraContainerID}}", PodmanKubePublisher.PodNameOf(_application, service)], cancellationToken);
        return JsonDocument.Parse(await Podman.RunAsync(["inspect", infra], cancellationToken)).RootElement[0];
    }

    /// <summary>The addresses of a service's pod.</summary>
    public async Task<IReadOnlyList<string>> AddressesOfAsync(string service, CancellationToken cancellationToken)
        => [.. (await InspectPodAsync(service, cancellationToken)).GetProperty("NetworkSettings").GetProperty("Networks").EnumerateObject().Select(static n => n.Value.GetProperty("IPAddress").GetString()!)];

    /// <summary>Whether a connection can be opened from inside of a service's network to an address.</summary>
    public async Task<bool> ReachesAsync(string service, string address, int port, CancellationToken cancellationToken)
    {
        var process = (await InspectAsync(service, cancellationToken)).GetProperty("State").GetProperty("Pid").GetInt32();
        var (exitCode, _, _) = await Podman.TryRunAsync(["unshare", "nsenter", "-t", $"{process}", "-n", "timeout", "3", "bash", "-c", $"exec 3<>/dev/tcp/{address}/{port}"], cancellationToken);
        return exitCode == 0;
    }

    /// <summary>The end of a service's log.</summary>
    public async Task<string> LogAsync(string service, CancellationToken cancellationToken)
    {
        var (_, output, errors) = await Podman.TryRunAsync(["logs", "--tail", "15", $"{PodmanKubePublisher.PodNameOf(_application, service)}-{service}"], cancellationToken);
        return $"{service}: {output}{errors}";
    }

    public async ValueTask DisposeAsync()
    {
        Gateway.Dispose();
        if (Directory.Exists(Published))
        {
            await PlayAsync("down", CancellationToken.None, mayFail: true);
        }

        if (_rules is not null)
        {
            await _rules.DisposeAsync();
        }

        if (_reaper is not null)
        {
            await _reaper.DisposeAsync();
        }

        _folder.Refresh();
        if (_folder.Exists)
        {
            _folder.Delete(recursive: true);
        }
    }

    /// <summary>What is left of a stack that has ended, of whichever kind.</summary>
    public async Task<IReadOnlyList<string>> LeftoversAsync(CancellationToken cancellationToken)
    {
        var left = new List<string>();
        foreach (var list in new string[][] { ["ps", "--all", "--format", "{{.Names}}"], ["pod", "ps", "--format", "{{.Name}}"], ["network", "ls", "--format", "{{.Name}}"], ["volume", "ls", "--format", "{{.Name}}"], ["secret", "ls", "--format", "{{.Name}}"], ["images", "--format", "{{.Repository}}:{{.Tag}}"] })
        {
            left.AddRange((await Podman.RunAsync(list, cancellationToken)).Split('\n').Where(n => n.Contains(_application, StringComparison.Ordinal)));
        }

        return left;
    }

    // Podman's name server hands on what it cannot answer: no packet of a test may leave the machine.
    private async Task KeepQuestionsInsideAsync(CancellationToken cancellationToken)
    {
        var names = (await File.ReadAllLinesAsync(Path.Combine(Published, "networks.txt"), cancellationToken)).Select(static l => l.Split(' ')[0]);
        using var inspected = JsonDocument.Parse(await Podman.RunAsync(["network", "inspect", .. names], cancellationToken));
        _rules = OwnedRules.Open(_environment, NetworkRules.TableOf(_application));
        await _rules.ApplyAsync(NetworkRules.Of(_application, inspected.RootElement.EnumerateArray().Select(MadeNetwork.Parse), []), cancellationToken);
    }

    // Where control groups are not delegated, Podman refuses a pod with limits: the README says to leave them out there.
    private async Task WithoutLimitsThatFailAsync(CancellationToken cancellationToken)
    {
        if (_environment is { LimitsMemory: true, LimitsCpus: true })
        {
            return;
        }

        LeftOut = "limits of memory and processors, which this machine does not enforce";
        foreach (var file in Directory.EnumerateFiles(Published, "*.yaml"))
        {
            var objects = KubernetesYaml.LoadAllFromString(await File.ReadAllTextAsync(file, cancellationToken));
            foreach (var container in objects.OfType<V1Pod>().SelectMany(static p => p.Spec.Containers))
            {
                container.Resources = null;
            }

            await File.WriteAllTextAsync(file, KubernetesYaml.SerializeAll(objects), cancellationToken);
        }
    }

    // Of what the solution's build has published, on the base that set-up has made.
    private async Task BuildImagesAsync(CancellationToken cancellationToken)
    {
        var images = Directory.EnumerateFiles(Published, "*.yaml")
            .SelectMany(f => KubernetesYaml.LoadAllFromString(File.ReadAllText(f)).OfType<V1Pod>())
            .SelectMany(static p => p.Spec.Containers).Select(static c => c.Image)
            .Where(i => i.EndsWith($":{_application}", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal);
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var published = new DirectoryInfo(Path.Combine(here.Parent!.Parent!.Parent!.FullName, "publish"));
        foreach (var image in images)
        {
            var name = image["localhost/".Length..].Split(':')[0];
            var project = published.EnumerateDirectories().Single(d => d.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Name;
            using var context = await PackAsync(
                Directory.EnumerateFiles(Path.Combine(published.FullName, project, here.Name), "*", SearchOption.AllDirectories)
                    .Select(f => ($"app/{Path.GetRelativePath(Path.Combine(published.FullName, project, here.Name), f)}", File.ReadAllBytes(f)))
                    .Append(("Containerfile", Encoding.UTF8.GetBytes($"FROM localhost/xoe-novai/aspnet:10\nCOPY app /app\nCMD [\"/app/{project}.dll\"]\n"))),
                cancellationToken);
            await Podman.RunAsync(["build", "--quiet", "--file", "Containerfile", "--tag", image, "-"], cancellationToken, context);
        }
    }

    private async Task MakeSecretsAsync(CancellationToken cancellationToken)
    {
        var entries = JsonSerializer.Deserialize<IReadOnlyList<SecretEntry>>(await File.ReadAllTextAsync(Path.Combine(Published, "secrets.json"), cancellationToken), Lenient)!;
        var values = new Dictionary<string, string>();
        foreach (var container in entries.Where(static e => e.Key is not null).GroupBy(static e => e.Container))
        {
            var secret = container.ToDictionary(static e => e.Key!, e => Convert.ToBase64String(Encoding.UTF8.GetBytes(Placeholder().Replace(e.Template!, m => ValueOf(m.Groups[1].Value, values)))));
            using var input = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(secret));
            await Podman.RunAsync(["secret", "create", PodmanKubePublisher.SecretOf(_application, container.Key), "-"], cancellationToken, input);
        }

        foreach (var folder in entries.Where(static e => e.Path is not null).GroupBy(static e => (e.Container, Folder: Path.GetDirectoryName(e.Path)!)))
        {
            var volume = PodmanKubePublisher.ProvidedOf(_application, folder.Key.Container, folder.Key.Folder);
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = new CertificateRequest($"CN={folder.Key.Container}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
            using var archive = await PackAsync(
                folder.Select(e => (Path.GetFileName(e.Path!), Encoding.UTF8.GetBytes(e.Path!.EndsWith(".key", StringComparison.Ordinal) ? key.ExportPkcs8PrivateKeyPem() : certificate.ExportCertificatePem()))),
                cancellationToken);
            await Podman.RunAsync(["volume", "create", volume], cancellationToken);
            await Podman.RunAsync(["volume", "import", volume, "-"], cancellationToken, archive);
        }
    }

    private static string ValueOf(string variable, Dictionary<string, string> values)
    {
        const string Encoded = "_uri_encoded";
        var name = variable.EndsWith(Encoded, StringComparison.Ordinal) ? variable[..^Encoded.Length] : variable;
        values.TryAdd(name, $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}/+");
        return name == variable ? values[name] : Uri.EscapeDataString(values[name]);
    }

    private async Task PlayAsync(string what, CancellationToken cancellationToken, bool mayFail = false)
    {
        var result = await Cli.Wrap(Path.Combine(Published, "play.sh")).WithArguments(what)
            .WithEnvironmentVariables(e => e.Set("PATH", $"{Path.GetDirectoryName(_environment.Command)}:{Environment.GetEnvironmentVariable("PATH")}"))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        if (result.ExitCode != 0 && !mayFail)
        {
            throw new StackException($"'play.sh {what}' ended with {result.ExitCode}: {result.StandardOutput}{result.StandardError}");
        }
    }

    private static async Task<MemoryStream> PackAsync(IEnumerable<(string Path, byte[] Content)> files, CancellationToken cancellationToken)
    {
        const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                using var data = new MemoryStream(content);
                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path) { Mode = Readable, DataStream = data }, cancellationToken);
            }
        }

        archive.Position = 0;
        return archive;
    }

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Placeholder();
}
