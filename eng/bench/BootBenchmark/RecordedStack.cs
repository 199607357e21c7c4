using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace XoeNovAi.BootBenchmark;

/// <summary>What a running AppHost told podman, to be told again without it.</summary>
/// <param name="RunId">The run it was read from; names contain it.</param>
/// <param name="Networks">Its networks with their subnets, which environments contain.</param>
/// <param name="Containers">Its containers.</param>
internal sealed record RecordedStack(string RunId, IReadOnlyDictionary<string, string> Networks, IReadOnlyList<RecordedContainer> Containers)
{
    private const string FilesFolder = "/tls";
    private const string AuthorityFile = "ca.crt";
    private const string CheckPathVariable = "Discovery__CheckPath";

    public static async Task<RecordedStack> ReadAsync(Podman podman, string runId, DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var networks = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Lines(await podman.RunAsync(["network", "ls", "-q", "--filter", $"label=io.xoe-novai.run={runId}"], cancellationToken).ConfigureAwait(false)))
        {
            using var details = JsonDocument.Parse(await podman.RunAsync(["network", "inspect", name], cancellationToken).ConfigureAwait(false));
            networks[name] = details.RootElement[0].GetProperty("subnets")[0].GetProperty("subnet").GetString()!;
        }

        var ids = Lines(await podman.RunAsync(["ps", "-q", "--filter", $"label=io.xoe-novai.run={runId}"], cancellationToken).ConfigureAwait(false));
        using var inspected = JsonDocument.Parse(await podman.RunAsync(["inspect", .. ids], cancellationToken).ConfigureAwait(false));
        var containers = new List<RecordedContainer>();
        foreach (var details in inspected.RootElement.EnumerateArray())
        {
            containers.Add(await ReadAsync(podman, details, model, cancellationToken).ConfigureAwait(false));
        }

        return new(runId, networks, containers);
    }

    /// <summary>Whose certificates the stack trusts.</summary>
    public X509Certificate2 ReadAuthority()
    {
        foreach (var files in Containers.Select(static c => c.Files).OfType<byte[]>())
        {
            using var tar = new TarReader(new MemoryStream(files));
            while (tar.GetNextEntry() is { } entry)
            {
                if (Path.GetFileName(entry.Name) == AuthorityFile && entry.DataStream is { } data)
                {
                    using var text = new StreamReader(data);
                    return X509Certificate2.CreateFromPem(text.ReadToEnd());
                }
            }
        }

        throw new InvalidOperationException($"No container has '{AuthorityFile}' in '{FilesFolder}'.");
    }

    private static async Task<RecordedContainer> ReadAsync(Podman podman, JsonElement details, DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var configuration = details.GetProperty("Config");
        var labels = configuration.GetProperty("Labels");
        var resource = labels.GetProperty("io.xoe-novai.resource").GetString()!;
        var commandLine = configuration.GetProperty("CreateCommand").EnumerateArray().Select(static a => a.GetString()!).ToList();

        // Files go into what has been created and does not run yet.
        var hasFiles = commandLine[1] == "create";
        var command = commandLine.Skip(2).Where(static a => a != "--detach").ToList();
        var arguments = new List<string>();
        var ports = new List<int>();
        for (var i = 0; i < command.Count; i++)
        {
            switch (command[i])
            {
                case "--name" or "--label" or "--env-file":
                    i++;
                    break;
                case "-p":
                    ports.Add(int.Parse(command[++i].Split(':')[^1].Split('/')[0], CultureInfo.InvariantCulture));
                    break;
                default:
                    arguments.Add(command[i]);
                    break;
            }
        }

        // What is in the environment, but neither on the command line nor in the image, came in a file.
        using var image = JsonDocument.Parse(await podman.RunAsync(["image", "inspect", details.GetProperty("Image").GetString()!], cancellationToken).ConfigureAwait(false));
        var imageEnvironment = image.RootElement[0].GetProperty("Config").TryGetProperty("Env", out var env) ? NamesOf(env) : [];
        string[] runtimes = ["container", "HOME", "HOSTNAME", "TERM"];
        var given = command.Select(static a => a.Split('=')[0]).Concat(imageEnvironment).Concat(runtimes).ToHashSet(StringComparer.Ordinal);
        var environment = configuration.GetProperty("Env").EnumerateArray().Select(static e => e.GetString()!).ToList();
        var checkPath = environment.FirstOrDefault(static e => e.StartsWith($"{CheckPathVariable}=", StringComparison.Ordinal));
        return new(
            resource,
            arguments,
            ports,
            [.. environment.Where(e => !given.Contains(e.Split('=')[0]))],
            hasFiles ? await ReadFilesAsync(podman, details, cancellationToken).ConfigureAwait(false) : null,
            checkPath?[(CheckPathVariable.Length + 1)..],
            WaitsOf(model.Resources.First(r => r.Name == resource)));
    }

    // podman cp says who owns a file outside of the container's user namespace; into a container it wants to be told inside.
    private static async Task<byte[]> ReadFilesAsync(Podman podman, JsonElement details, CancellationToken cancellationToken)
    {
        var mapping = details.GetProperty("HostConfig").GetProperty("IDMappings").GetProperty("UidMap")[0].GetString()!.Split(':');
        var first = int.Parse(mapping[1], CultureInfo.InvariantCulture);
        var copied = await podman.RunForBytesAsync(["cp", $"{details.GetProperty("Id").GetString()}:{FilesFolder}", "-"], cancellationToken).ConfigureAwait(false);
        using var files = new MemoryStream();
        using (var source = new TarReader(new MemoryStream(copied)))
        using (var target = new TarWriter(files, leaveOpen: true))
        {
            while (source.GetNextEntry() is { } entry)
            {
                var inside = new PaxTarEntry(entry.EntryType, entry.Name) { Mode = entry.Mode, Uid = Math.Max(0, entry.Uid - first), Gid = Math.Max(0, entry.Gid - first) };
                if (entry.EntryType == TarEntryType.RegularFile)
                {
                    inside.DataStream = entry.DataStream;
                }

                target.WriteEntry(inside);
            }
        }

        return files.ToArray();
    }

    private static List<string> NamesOf(JsonElement environment) => [.. environment.EnumerateArray().Select(static e => e.GetString()!.Split('=')[0])];

    // Who waits for a database waits for its server.
    private static List<string> WaitsOf(IResource resource)
        => [.. resource.Annotations.OfType<WaitAnnotation>().Select(static w => w.Resource is IResourceWithParent child ? child.Parent.Name : w.Resource.Name).Distinct(StringComparer.Ordinal)];

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
