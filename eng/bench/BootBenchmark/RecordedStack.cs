using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using XoeNovAi.Hosting.Consul;

namespace XoeNovAi.BootBenchmark;

/// <summary>What a running AppHost told podman, to be told again without it.</summary>
/// <param name="RunId">The run it was read from; names contain it.</param>
/// <param name="Networks">Its networks with their subnets, which environments contain.</param>
/// <param name="Containers">Its containers.</param>
/// <param name="Access">Whom its Consul lets do what.</param>
internal sealed record RecordedStack(string RunId, IReadOnlyDictionary<string, string> Networks, IReadOnlyList<RecordedContainer> Containers, ConsulAccessControl Access)
{
    private const string AuthorityFile = "/tls/ca.crt";
    private const string ResourceLabel = "io.xoe-novai.resource";
    private const string CheckPathVariable = "Discovery__CheckPath";

    public static async Task<RecordedStack> ReadAsync(Podman podman, string runId, DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var networks = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Lines(await podman.RunAsync(["network", "ls", "-q", "--filter", $"label=io.xoe-novai.run={runId}"], cancellationToken).ConfigureAwait(false)))
        {
            using var details = JsonDocument.Parse(await podman.RunAsync(["network", "inspect", name], cancellationToken).ConfigureAwait(false));
            networks[name] = details.RootElement[0].GetProperty("subnets")[0].GetProperty("subnet").GetString()!;
        }

        var ids = Lines(await podman.RunAsync(["ps", "-q", "--filter", $"label=io.xoe-novai.run={runId}", "--filter", $"label={ResourceLabel}"], cancellationToken).ConfigureAwait(false));
        using var inspected = JsonDocument.Parse(await podman.RunAsync(["inspect", .. ids], cancellationToken).ConfigureAwait(false));
        var containers = new List<RecordedContainer>();
        foreach (var details in inspected.RootElement.EnumerateArray())
        {
            containers.Add(await ReadAsync(details, Path.Combine(podman.RunRoot, $"run-{runId}"), model, cancellationToken).ConfigureAwait(false));
        }

        return new(runId, networks, containers, model.Resources.OfType<ConsulResource>().Single().AccessControl!);
    }

    /// <summary>Whose certificates the stack trusts.</summary>
    public X509Certificate2 ReadAuthority()
        => Containers.SelectMany(static c => c.Files).FirstOrDefault(static f => f.ContainerPath == AuthorityFile) is { } found
            ? X509Certificate2.CreateFromPem(found.Text)
            : throw new InvalidOperationException($"No container has '{AuthorityFile}'.");

    private static async Task<RecordedContainer> ReadAsync(JsonElement details, string runFolder, DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var configuration = details.GetProperty("Config");
        var resource = configuration.GetProperty("Labels").GetProperty(ResourceLabel).GetString()!;
        var commandLine = configuration.GetProperty("CreateCommand").EnumerateArray().Select(static a => a.GetString()!).ToList();
        if (commandLine[1] != "run" || commandLine.Contains("--env-file"))
        {
            throw new InvalidOperationException($"'{resource}' was made with 'podman {commandLine[1]}' or has secrets in its environment; the benchmark knows containers that mount their files.");
        }

        var command = commandLine.Skip(2).Where(static a => a != "--detach").ToList();
        var arguments = new List<string>();
        var ports = new List<int>();
        var files = new List<RecordedFile>();
        for (var i = 0; i < command.Count; i++)
        {
            switch (command[i])
            {
                case "--name" or "--label":
                    i++;
                    break;
                case "-p":
                    ports.Add(int.Parse(command[++i].Split(':')[^1].Split('/')[0], CultureInfo.InvariantCulture));
                    break;
                case "-v" when command[i + 1].StartsWith(runFolder, StringComparison.Ordinal):
                    files.AddRange(await ReadFilesAsync(command[i + 1], cancellationToken).ConfigureAwait(false));
                    goto default;
                default:
                    arguments.Add(command[i]);
                    break;
            }
        }

        var checkPath = arguments.FirstOrDefault(static e => e.StartsWith($"{CheckPathVariable}=", StringComparison.Ordinal));
        return new(resource, arguments, ports, files, checkPath?[(CheckPathVariable.Length + 1)..], WaitsOf(model.Resources.First(r => r.Name == resource)));
    }

    // A file, or a folder of files.
    private static async Task<List<RecordedFile>> ReadFilesAsync(string mount, CancellationToken cancellationToken)
    {
        var (source, target) = mount.Split(':') is [var s, var t, ..] ? (s, t) : throw new InvalidOperationException($"'{mount}' is no mount.");
        var files = new List<RecordedFile>();
        foreach (var path in Directory.Exists(source) ? Directory.GetFiles(source) : [source])
        {
            files.Add(new(path, path == source ? target : $"{target}/{Path.GetFileName(path)}", await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false)));
        }

        return files;
    }

    // Who waits for a database waits for its server.
    private static List<string> WaitsOf(IResource resource)
        => [.. resource.Annotations.OfType<WaitAnnotation>().Select(static w => w.Resource is IResourceWithParent child ? child.Parent.Name : w.Resource.Name).Distinct(StringComparer.Ordinal)];

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
