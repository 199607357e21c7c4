using System.Globalization;
using System.Text;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>
/// Routes beyond their networks that a test gives containers, by way of the bridge: what a container could do that had
/// the right to. They are taken back in the end.
/// </summary>
internal sealed class Detour : IAsyncDisposable
{
    private readonly NamespaceShell _shell;
    private readonly IReadOnlyList<string> _routes;

    private Detour(NamespaceShell shell, IReadOnlyList<string> routes)
    {
        _shell = shell;
        _routes = routes;
    }

    /// <summary>Adds to each container a route to each network it is not on, and one to everywhere else.</summary>
    public static async Task<Detour> AddAsync(ObservedStack stack, IEnumerable<StackContainer> containers, IReadOnlyDictionary<string, MadeNetwork> networks, CancellationToken cancellationToken)
    {
        var routes = new List<string>();
        foreach (var container in containers)
        {
            var by = networks[container.Addresses.Keys.Order(StringComparer.Ordinal).First()].Gateway;
            routes.AddRange(networks.Values.Where(n => !container.Addresses.ContainsKey(n.Name)).Select(n => Route(container, n.Subnet, by)));
            if (container.Addresses.Keys.All(n => networks[n].IsInternal))
            {
                routes.Add(Route(container, "default", by));
            }
        }

        var detour = new Detour(new(stack.Podman), routes);
        try
        {
            await detour.RunAsync("add", " || exit 1", cancellationToken);
            return detour;
        }
        catch
        {
            await detour.DisposeAsync();
            throw;
        }
    }

    // One that is gone already, with its container or by a failed start, need not be removed.
    public async ValueTask DisposeAsync() => await RunAsync("del", " 2> /dev/null || true", CancellationToken.None);

    private static string Route(StackContainer container, string destination, string by)
        => string.Create(CultureInfo.InvariantCulture, $"nsenter -t {container.ProcessId} -n ip route VERB {destination} via {by}");

    private Task RunAsync(string verb, string otherwise, CancellationToken cancellationToken)
        => _shell.RunAsync(new StringBuilder().AppendJoin('\n', _routes.Select(r => $"{r.Replace("VERB", verb, StringComparison.Ordinal)}{otherwise}")).ToString(), cancellationToken);
}
