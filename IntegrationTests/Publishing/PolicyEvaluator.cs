using System.Globalization;
using k8s.Models;

namespace XoeNovAi.IntegrationTests.Publishing;

/// <summary>
/// Decides as a cluster does whether a connection is allowed: the pod it comes from and the pod it goes to both have to allow it, and what
/// no policy selects allows everything. Knows the pods of one namespace and, as a pod without labels, whoever is outside.
/// </summary>
/// <param name="policies">The policies of the namespace.</param>
internal sealed class PolicyEvaluator(IReadOnlyList<V1NetworkPolicy> policies)
{
    /// <summary>Whether one pod may open a connection to a port of another.</summary>
    public bool Allows(IDictionary<string, string> from, IDictionary<string, string> to, int port, string protocol)
        => LetsOut(from, to, port, protocol) && LetsIn(from, to, port, protocol);

    /// <summary>Whether somebody outside may open a connection to a port of a pod.</summary>
    public bool AllowsFromOutside(IDictionary<string, string> to, int port, string protocol) => LetsIn(null, to, port, protocol);

    /// <summary>Whether a pod may open a connection to an address outside.</summary>
    public bool AllowsToOutside(IDictionary<string, string> from, int port, string protocol) => LetsOut(from, null, port, protocol);

    private bool LetsOut(IDictionary<string, string> from, IDictionary<string, string>? to, int port, string protocol)
    {
        var selected = Of(from, "Egress");
        return selected.Count == 0 || selected.SelectMany(static p => p.Spec.Egress ?? []).Any(r => IsPeer(r.To, to) && IsPort(r.Ports, port, protocol));
    }

    private bool LetsIn(IDictionary<string, string>? from, IDictionary<string, string> to, int port, string protocol)
    {
        var selected = Of(to, "Ingress");
        return selected.Count == 0 || selected.SelectMany(static p => p.Spec.Ingress ?? []).Any(r => IsPeer(r.FromProperty, from) && IsPort(r.Ports, port, protocol));
    }

    private List<V1NetworkPolicy> Of(IDictionary<string, string> pod, string direction)
        => [.. policies.Where(p => p.Spec.PolicyTypes.Contains(direction) && Selects(p.Spec.PodSelector, pod))];

    // No list of peers means all; null stands for an address outside.
    private static bool IsPeer(IList<V1NetworkPolicyPeer>? peers, IDictionary<string, string>? other)
        => peers is not { Count: > 0 } || peers.Any(p => other is null ? p.IpBlock is not null : p.IpBlock is null && p.NamespaceSelector is null && Selects(p.PodSelector, other));

    private static bool IsPort(IList<V1NetworkPolicyPort>? ports, int port, string protocol)
        => ports is not { Count: > 0 } || ports.Any(p => (p.Protocol ?? "TCP") == protocol && int.Parse(p.Port?.Value ?? "0", CultureInfo.InvariantCulture) == port);

    private static bool Selects(V1LabelSelector selector, IDictionary<string, string> labels)
        => selector.MatchExpressions is { Count: > 0 }
            ? throw new NotSupportedException("Expressions in a selector are not evaluated here.")
            : selector.MatchLabels?.All(l => labels.TryGetValue(l.Key, out var value) && value == l.Value) ?? true;
}
