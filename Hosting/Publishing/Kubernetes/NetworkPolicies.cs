using k8s.Models;
using XoeNovAi.Hosting.Publishing.Description;

namespace XoeNovAi.Hosting.Publishing.Kubernetes;

/// <summary>The declared networks as policies: who shares one reaches each other, and nobody else does.</summary>
internal static class NetworkPolicies
{
    private const string Ingress = "Ingress";
    private const string Egress = "Egress";
    private const int DnsPort = 53;

    // A way out leads to the outside, and not to the cluster's own networks.
    private static readonly string[] Private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

    /// <summary>The policies of an application.</summary>
    public static IEnumerable<V1NetworkPolicy> Of(DeployedModel model, string application)
        => model.Networks.Select(Of).Prepend(Nothing(application)).Concat(model.Containers.Where(static c => c.Endpoints.Any(static e => e.IsExternal)).Select(FromOutside));

    // What no other policy allows is refused.
    private static V1NetworkPolicy Nothing(string application)
        => Policy($"{application}-nothing-else", new() { MatchLabels = new Dictionary<string, string> { [Labels.Application] = application } }, new() { PolicyTypes = [Ingress, Egress] });

    private static V1NetworkPolicy Of(DeployedNetwork network)
    {
        var members = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { [Labels.OfNetwork(network.Name)] = "member" } };
        List<V1NetworkPolicyEgressRule> egress = [new() { To = [new() { PodSelector = members }] }];
        if (network.HasNames)
        {
            egress.Add(new()
            {
                To =
                [
                    new()
                    {
                        NamespaceSelector = new() { MatchLabels = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = "kube-system" } },
                        PodSelector = new() { MatchLabels = new Dictionary<string, string> { ["k8s-app"] = "kube-dns" } },
                    },
                ],
                Ports = [Port(DnsPort, "UDP"), Port(DnsPort, "TCP")],
            });
        }

        if (!network.IsInternal)
        {
            egress.Add(new() { To = [new() { IpBlock = new() { Cidr = "0.0.0.0/0", Except = Private } }] });
        }

        return Policy(network.Name, members, new()
        {
            PolicyTypes = [Ingress, Egress],
            Ingress = [new() { FromProperty = [new() { PodSelector = members }] }],
            Egress = egress,
        });
    }

    private static V1NetworkPolicy FromOutside(DeployedContainer container)
        => Policy($"{container.Name}-from-outside", new() { MatchLabels = new Dictionary<string, string> { [Labels.Name] = container.Name } }, new()
        {
            PolicyTypes = [Ingress],
            Ingress = [new() { Ports = [.. container.Endpoints.Where(static e => e.IsExternal).Select(static e => Port(e.Port, e.Protocol))] }],
        });

    private static V1NetworkPolicyPort Port(int port, string protocol) => new() { Port = port, Protocol = protocol };

    private static V1NetworkPolicy Policy(string name, V1LabelSelector pods, V1NetworkPolicySpec spec)
    {
        spec.PodSelector = pods;
        return new()
        {
            ApiVersion = $"{V1NetworkPolicy.KubeGroup}/{V1NetworkPolicy.KubeApiVersion}",
            Kind = V1NetworkPolicy.KubeKind,
            Metadata = new() { Name = name },
            Spec = spec,
        };
    }
}
