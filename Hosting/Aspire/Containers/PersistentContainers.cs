using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Containers;

/// <summary>
/// Containers that outlive the application. The next run of the same AppHost finds one again by its name, and by a hash
/// of all it was made with whether it still is what the model wants. They carry no label of the run, so neither
/// the application's end nor its reaper takes them along.
/// </summary>
internal sealed class PersistentContainers(ContainerCli cli, AppHostLocation location)
{
    /// <summary>The label with the hash of what a container was made with.</summary>
    public const string ConfigurationLabel = "io.xoe-novai.configuration";

    private const string OwnerLabel = "io.xoe-novai.apphost";
    private readonly string _owner = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(location.ProjectPath ?? location.Directory)))[..8];

    /// <summary>The label all of them have.</summary>
    public string Label => $"{OwnerLabel}={_owner}";

    /// <summary>The network of an application that has one of them.</summary>
    public string NetworkName => $"aspire-persistent-{_owner}";

    public static bool Includes(IResource resource)
        => resource.TryGetLastAnnotation<ContainerLifetimeAnnotation>(out var lifetime) && lifetime.Lifetime == ContainerLifetime.Persistent;

    public string NameOf(IResource resource)
        => resource.TryGetLastAnnotation<ContainerNameAnnotation>(out var name) ? name.Name : $"{resource.Name.ToLowerInvariant()}-{_owner}";

    /// <summary>What an earlier run has left; null when there is nothing of the name.</summary>
    public async Task<ExistingContainer?> FindAsync(IResource resource, CancellationToken cancellationToken)
    {
        var (exitCode, output, _) = await cli.TryRunAsync(["inspect", "--type", "container", NameOf(resource)], cancellationToken).ConfigureAwait(false);
        return exitCode == 0 ? ExistingContainer.Read(output) : null;
    }

    /// <summary>Changes whenever the container would be made otherwise.</summary>
    /// <param name="arguments">What podman is told.</param>
    /// <param name="configuration">Its secrets are told in a file of another name each time.</param>
    /// <param name="files">The files that go into it; read from its start, and left there.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<string> HashAsync(IEnumerable<string> arguments, ResourceConfiguration configuration, Stream? files, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in arguments.Concat(configuration.Secrets.Select(static s => $"{s.Key}={s.Value}")))
        {
            Append(text);
        }

        if (files is not null)
        {
            // Not the archive as it is: the format has times and process ids in it.
            var reader = new TarReader(files, leaveOpen: true);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
                {
                    Append($"{entry.Name} {entry.Uid} {entry.Gid} {(int)entry.Mode}");
                    if (entry.DataStream is { } content)
                    {
                        hash.AppendData(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));
                    }
                }
            }

            files.Position = 0;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];

        void Append(string text) => hash.AppendData(Encoding.UTF8.GetBytes($"{text}\0"));
    }
}
