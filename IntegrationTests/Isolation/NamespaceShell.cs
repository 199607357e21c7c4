using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>
/// Runs scripts as root of Podman's user namespace, from where every container's namespaces can be looked into and
/// entered. Only what every machine with Podman has is used: nothing needs to be in the containers.
/// </summary>
internal sealed class NamespaceShell(PodmanCli podman)
{
    /// <summary>What a script printed.</summary>
    /// <exception cref="StackException">It failed.</exception>
    public Task<string> RunAsync(string script, CancellationToken cancellationToken) => RunAsync(["unshare"], script, cancellationToken);

    /// <summary>What a script printed that ran in the network namespace in which the user's networks meet.</summary>
    /// <exception cref="StackException">It failed.</exception>
    public Task<string> RunWhereNetworksMeetAsync(string script, CancellationToken cancellationToken) => RunAsync(["unshare", "--rootless-netns"], script, cancellationToken);

    private async Task<string> RunAsync(string[] where, string script, CancellationToken cancellationToken)
    {
        var (exitCode, output, error) = await podman.TryRunAsync([.. where, "bash", "-eu", "-c", $"export LC_ALL=C{Environment.NewLine}{script}"], cancellationToken);
        return exitCode == 0 ? output : throw new StackException($"A script in Podman's namespaces failed with exit code {exitCode}: {error.Trim()}{Environment.NewLine}{script}");
    }
}
