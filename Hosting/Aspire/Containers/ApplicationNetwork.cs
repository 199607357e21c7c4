using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Containers;

/// <summary>The application's own network, for containers that were put on no other.</summary>
internal sealed class ApplicationNetwork(DistributedApplicationModel model, ApplicationRun run, PersistentContainers persistent, ContainerCli cli)
{
    private bool _made;

    /// <summary>The networks the model's containers are on.</summary>
    public IReadOnlySet<string> Used
        => model.Resources.Where(static r => r.IsContainer()).SelectMany(r => NetworksOf(r).Select(static n => n.Name)).ToHashSet(StringComparer.Ordinal);

    // It has to stay as long as a container that stays is on it.
    private bool IsPersistent => model.Resources.Any(static r => PersistentContainers.Includes(r) && !r.HasAnnotationOfType<ContainerNetworkAttachmentAnnotation>());

    private string Name => IsPersistent ? persistent.NetworkName : $"aspire-{run.Id}";

    /// <summary>Where a container is, and by which names, as arguments of the runtime.</summary>
    public IEnumerable<string> ArgumentsOf(IResource container)
    {
        string[] names = [container.Name, .. container.Annotations.OfType<ContainerNetworkAliasAnnotation>().Select(static a => a.Alias)];
        return NetworksOf(container).Select(n => $"--network={n.Name}:{string.Join(',', names.Concat(n.Aliases).Distinct(StringComparer.Ordinal).Select(static a => $"alias={a}"))}");
    }

    /// <summary>Makes it, where a container needs it.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (_made || !Used.Contains(Name))
        {
            return;
        }

        if (IsPersistent)
        {
            var (exitCode, _, error) = await cli.TryRunAsync(["network", "create", "--label", persistent.Label, Name], cancellationToken).ConfigureAwait(false);
            if (exitCode != 0 && (await cli.TryRunAsync(["network", "exists", Name], cancellationToken).ConfigureAwait(false)).ExitCode != 0)
            {
                throw new DistributedApplicationException(error.Trim());
            }
        }
        else
        {
            _made = true;
            await cli.RunAsync(["network", "create", "--label", $"{ContainerArguments.RunLabel}={run.Id}", Name], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes it when its containers are gone; false when it is still there.</summary>
    public async Task<bool> RemoveAsync(CancellationToken cancellationToken)
        => !_made || (await cli.TryRunAsync(["network", "rm", Name], cancellationToken).ConfigureAwait(false)).ExitCode == 0;

    private IEnumerable<(string Name, IEnumerable<string> Aliases)> NetworksOf(IResource container)
        => container.Annotations.OfType<ContainerNetworkAttachmentAnnotation>()
            .Select(static a => (a.Network, (IEnumerable<string>)a.Aliases))
            .DefaultIfEmpty((Name, []));
}
