using k8s;
using k8s.Models;
using XoeNovAi.Hosting.Publishing.Description;
using XoeNovAi.Hosting.Publishing.Output;

namespace XoeNovAi.Hosting.Publishing.Kubernetes;

/// <summary>Manifests for a cluster: a Deployment or StatefulSet and Services of each container, and policies of each network.</summary>
internal sealed class KubernetesPublisher : IEnginePublisher
{
    private const string NetworksFile = "networks.yaml";
    private const string StorageSize = "8Gi";

    /// <inheritdoc />
    public string Name => "kubernetes";

    /// <inheritdoc />
    public string Title => "Kubernetes manifests";

    /// <inheritdoc />
    public IEnumerable<OutputFile> Translate(DeployedModel model, string application)
    {
        yield return new(NetworksFile, KubernetesYaml.SerializeAll(NetworkPolicies.Of(model, application)));
        foreach (var container in model.Containers.Where(static c => c.InNetworkOf is null))
        {
            yield return new($"{container.Name}.yaml", KubernetesYaml.SerializeAll(ObjectsOf(model, container, application)));
        }

        foreach (var (alias, members) in AliasesOf(model))
        {
            yield return new($"{alias}-alias.yaml", KubernetesYaml.Serialize(Service(alias, application, new Dictionary<string, string> { [Labels.OfAlias(alias)] = "true" }, members.SelectMany(static m => m.Endpoints), null)));
        }
    }

    /// <inheritdoc />
    public EngineGuide Guide => new(
        ["kubectl apply -f . in this folder, in a namespace of its own, once the secrets are there."],
        static entry => entry.Key is { } key
            ? $"kubectl create secret generic {entry.Container}-secrets --from-file={key}=FILE (one --from-file for each key of this secret)"
            : $"kubectl create secret generic {entry.Container}-files --from-file={entry.FileKey}=FILE (one --from-file for each file of this container)",
        [
            "A network is a NetworkPolicy: the cluster's network must enforce those (Calico, Cilium; not every one does).",
            "A start in order does not exist: what another waits for may come later, and readiness keeps callers away meanwhile.",
            "The limit of 512 processes is the kubelet's to set (podPidsLimit).",
            "hostUsers: false wants Kubernetes 1.33 or later, or the feature gate UserNamespacesSupport.",
            $"A store claims {StorageSize} of the default storage class.",
            "What callers outside use is a Service of its own, NAME-external, of type LoadBalancer, by plain HTTP: put an ingress with TLS in front.",
        ]);

    private static IEnumerable<object> ObjectsOf(DeployedModel model, DeployedContainer container, string application)
    {
        var labels = Labels.Of(container, application);
        var selector = new Dictionary<string, string> { [Labels.Name] = container.Name };
        var template = new V1PodTemplateSpec { Metadata = new() { Labels = labels }, Spec = KubernetesPods.Of(model, container) };
        var metadata = new V1ObjectMeta { Name = container.Name, Labels = new Dictionary<string, string> { [Labels.Name] = container.Name, [Labels.Application] = application } };
        yield return container.IsStore
            ? new V1StatefulSet
            {
                ApiVersion = $"{V1StatefulSet.KubeGroup}/{V1StatefulSet.KubeApiVersion}",
                Kind = V1StatefulSet.KubeKind,
                Metadata = metadata,
                Spec = new()
                {
                    Replicas = Single(container),
                    ServiceName = container.Name,
                    Selector = new() { MatchLabels = selector },
                    Template = template,
                    VolumeClaimTemplates = [.. model.TogetherWith(container).SelectMany(static c => c.Volumes).Select(ClaimOf)],
                },
            }
            : new V1Deployment
            {
                ApiVersion = $"{V1Deployment.KubeGroup}/{V1Deployment.KubeApiVersion}",
                Kind = V1Deployment.KubeKind,
                Metadata = metadata,
                Spec = new() { Replicas = container.Replicas, Selector = new() { MatchLabels = selector }, Template = template },
            };
        if (container.Endpoints.Count > 0)
        {
            yield return Service(container.Name, application, selector, container.Endpoints, null);
        }

        // Only they are for the outside, and at the port that callers there know.
        if (container.Endpoints.Where(static e => e.IsExternal).ToList() is { Count: > 0 } external)
        {
            yield return Service(PodParts.NameOf($"{container.Name}-external"), application, selector, external, "LoadBalancer");
        }

        foreach (var with in model.TogetherWith(container).Where(static c => c.Files.Any(static f => f.Content is not null)))
        {
            yield return PodParts.ConfigMapOf(KubernetesPods.ConfigMapOf(with), with.Files.Where(static f => f.Content is not null), static f => f.Key);
        }
    }

    // Two that write to one volume each would be two stores.
    private static int Single(DeployedContainer container)
        => container.Replicas == 1
            ? 1
            : throw new PublishingException($"'{container.Name}' keeps data and is to run {container.Replicas} times, which would be as many stores that know nothing of each other; use a cluster of it, or one.");

    private static V1PersistentVolumeClaim ClaimOf(DeployedVolume volume) => new()
    {
        Metadata = new() { Name = PodParts.NameOf(volume.Name) },
        Spec = new() { AccessModes = ["ReadWriteOnce"], Resources = new() { Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new(StorageSize) } } },
    };

    private static V1Service Service(string name, string application, IDictionary<string, string> selector, IEnumerable<DeployedEndpoint> endpoints, string? type) => new()
    {
        ApiVersion = V1Service.KubeApiVersion,
        Kind = V1Service.KubeKind,
        Metadata = new() { Name = name, Labels = new Dictionary<string, string> { [Labels.Application] = application } },
        Spec = new()
        {
            Type = type,
            Selector = selector,
            Ports = [.. endpoints.DistinctBy(static e => (e.Port, e.Protocol)).Select(e => new V1ServicePort { Name = PodParts.NameOf(e), Port = type is null ? e.Port : e.PublishedPort ?? e.Port, TargetPort = PodParts.NameOf(e), Protocol = e.Protocol })],
        },
    };

    private static IEnumerable<(string Alias, IReadOnlyList<DeployedContainer> Members)> AliasesOf(DeployedModel model)
        => model.Containers.SelectMany(static c => c.Networks.SelectMany(static n => n.Aliases).Distinct(StringComparer.Ordinal).Select(a => (Alias: a, Container: c)))
            .GroupBy(static a => a.Alias, static a => a.Container, StringComparer.Ordinal)
            .Select(g => model.Containers.Any(c => c.Name == g.Key)
                ? throw new PublishingException($"'{g.First().Name}' has the further name '{g.Key}', which is another container's own, and a Service of Kubernetes has one name; choose another.")
                : PodParts.NameOf(g.Key) != g.Key
                ? throw new PublishingException($"'{g.First().Name}' has the further name '{g.Key}', which no Service of Kubernetes can have; choose one of lower-case letters, digits and dashes.")
                : (g.Key, (IReadOnlyList<DeployedContainer>)[.. g.Where(static c => c.Endpoints.Count > 0)]))
            .Where(static a => a.Item2.Count > 0);
}
