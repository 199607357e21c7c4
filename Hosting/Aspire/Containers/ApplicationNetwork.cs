using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Containers;

/// <summary>The application's own network, for containers that were put on no other.</summary>
internal sealed class ApplicationNetwork(DistributedApplicationModel model, ApplicationRun run, ContainerCli cli)
{
    private bool _made;

    /// <summary>The networks the model's containers are on.</summary>
    public static IReadOnlySet<string> UsedBy(DistributedApplicationModel model, string runId)
        => model.Resources.Where(static r => r.IsContainer()).SelectMany(r => NetworksOf(r, runId).Select(static n => n.Name)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Where a container is, and by which names, as arguments of the runtime.</summary>
    public static IEnumerable<string> ArgumentsOf(IResource container, string runId)
    {
        string[] names = [container.Name, .. container.Annotations.OfType<ContainerNetworkAliasAnnotation>().Select(static a => a.Alias)];
        return NetworksOf(container, runId).Select(n => $"--network={n.Name}:{string.Join(',', names.Concat(n.Aliases).Distinct(StringComparer.Ordinal).Select(static a => $"alias={a}"))}");
    }

    /// <summary>Makes it, where a container needs it.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        var name = NameOf(run.Id);
        if (!_made && UsedBy(model, run.Id).Contains(name))
        {
            _made = true;
            await cli.RunAsync(["network", "create", "--label", $"{ContainerArguments.RunLabel}={run.Id}", name], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes it when its containers are gone; false when it is still there.</summary>
    public async Task<bool> RemoveAsync(CancellationToken cancellationToken)
        => !_made || (await cli.TryRunAsync(["network", "rm", NameOf(run.Id)], cancellationToken).ConfigureAwait(false)).ExitCode == 0;

    private static string NameOf(string runId) => $"aspire-{runId}";

    private static IEnumerable<(string Name, IEnumerable<string> Aliases)> NetworksOf(IResource container, string runId)
        => container.Annotations.OfType<ContainerNetworkAttachmentAnnotation>()
            .Select(static a => (a.Network, (IEnumerable<string>)a.Aliases))
            .DefaultIfEmpty((NameOf(runId), []));
}
