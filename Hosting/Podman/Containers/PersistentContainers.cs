using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using XoeNovAi.Hosting.Podman.Model;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>
/// Containers that outlive the application. The next run of the same AppHost finds one again by its name, and by a hash
/// of all it was made with whether it still is what the model wants. They carry no label of the run, so neither
/// the application's end nor its reaper takes them along.
/// </summary>
internal sealed class PersistentContainers(PodmanCli podman)
{
    private const string ConfigurationLabel = "io.xoe-novai.configuration";

    /// <summary>Creates a container and starts it; its id.</summary>
    public delegate Task<string> Create(ContainerPlan plan, IReadOnlyList<string> options, IReadOnlyList<StagedFile> files, ILogger logger, CancellationToken cancellationToken);

    /// <summary>The port on which an earlier run's container publishes an endpoint; null when there is none.</summary>
    public async Task<int?> PortOfAsync(string name, EndpointAnnotation endpoint, CancellationToken cancellationToken)
        => await FindAsync(name, cancellationToken).ConfigureAwait(false) is { } existing && existing.Ports.TryGetValue($"{endpoint.TargetPort}/{(endpoint.Protocol == ProtocolType.Udp ? "udp" : "tcp")}", out var port) ? port : null;

    /// <summary>Takes the container of an earlier run where it is what the plan makes, and else makes it anew.</summary>
    public async Task<StartedContainer> FindOrCreateAsync(ContainerPlan plan, IReadOnlyList<StagedFile> files, ContainerConfiguration container, ILogger logger, Create create, CancellationToken cancellationToken)
    {
        if (plan.Container.GetPodmanNetworks().FirstOrDefault() is { } network)
        {
            throw new DistributedApplicationException($"'{plan.Container.Name}' is persistent, but the network '{network.Name}' it is on goes with the run. Take it off that network, or give it the lifetime of a session.");
        }

        var hash = HashOf(plan, files, container);
        if (await FindAsync(plan.Name, cancellationToken).ConfigureAwait(false) is { } existing)
        {
            if (existing.Configuration is null || existing.Configuration == hash)
            {
                var started = await StartedAsync(existing.Id, cancellationToken).ConfigureAwait(false);
                if (!existing.IsRunning)
                {
                    // What it said in earlier lives has been told.
                    started = started with { LogBegin = new FileInfo(started.LogFile) is { Exists: true, Length: var length } ? length : 0 };
                    await podman.RunAsync(["start", existing.Id], cancellationToken).ConfigureAwait(false);
                }

                return started;
            }

            if (existing.Owner != plan.Label)
            {
                throw new DistributedApplicationException($"'{plan.Container.Name}' is to be called '{plan.Name}', and that name is already in use by a container that another AppHost keeps; give it another with WithContainerName, or remove that container.");
            }

            logger.LogInformation("The container '{Name}' of an earlier run was made otherwise and is made anew.", plan.Name);
            await podman.RunAsync(["rm", "-f", "-v", "-i", existing.Id], cancellationToken).ConfigureAwait(false);
        }

        return await StartedAsync(await create(plan, ["--label", $"{ConfigurationLabel}={hash}"], files, logger, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private async Task<StartedContainer> StartedAsync(string id, CancellationToken cancellationToken)
        => new(id, await podman.RunAsync(["inspect", "--format", "{{.HostConfig.LogConfig.Path}}", id], cancellationToken).ConfigureAwait(false));

    // What Podman is told, but for the environment's file, which has another name each time, and what is in it.
    private static string HashOf(ContainerPlan plan, IEnumerable<StagedFile> files, ContainerConfiguration container)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var variables = container.Environment.Concat(container.Secrets).Select(static e => $"{e.Key}={e.Value}");
        foreach (var text in ContainerArguments.Of(plan with { EnvironmentFile = null }).Concat(variables))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{text}\0"));
        }

        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path} {file.Owner} {file.Group} {(int)file.Mode}\0"));
            hash.AppendData(SHA256.HashData(file.Content ?? []));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    private async Task<Existing?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var (exitCode, output, _) = await podman.TryRunAsync(["inspect", "--type", "container", name], cancellationToken).ConfigureAwait(false);
        return exitCode == 0 ? Existing.Read(output) : null;
    }

    private sealed record Existing(string Id, bool IsRunning, string? Configuration, string? Owner, IReadOnlyDictionary<string, int> Ports)
    {
        public static Existing Read(string inspected)
        {
            using var document = JsonDocument.Parse(inspected);
            var container = document.RootElement[0];
            var labels = container.GetProperty("Config").GetProperty("Labels");
            var ports = container.GetProperty("HostConfig").GetProperty("PortBindings");
            string? Label(string name) => labels.ValueKind == JsonValueKind.Object && labels.TryGetProperty(name, out var value) ? value.GetString() : null;
            return new(
                container.GetProperty(nameof(Id)).GetString()!,
                container.GetProperty("State").GetProperty("Running").GetBoolean(),
                Label(ConfigurationLabel),
                $"{PersistentOwner.LabelName}={Label(PersistentOwner.LabelName)}",
                ports.EnumerateObject()
                    .Where(static p => p.Value.ValueKind == JsonValueKind.Array && p.Value.GetArrayLength() > 0)
                    .ToDictionary(static p => p.Name, static p => int.Parse(p.Value[0].GetProperty("HostPort").GetString()!, CultureInfo.InvariantCulture), StringComparer.Ordinal));
        }
    }
}
