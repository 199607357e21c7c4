using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace XoeNovAi.IntegrationTests.Publishing;

/// <summary>The manifests that are published for Kubernetes.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed partial class KubernetesTests : PublishedFilesTest
{
    private static readonly Dictionary<string, Func<string, IKubernetesObject>> Kinds = new()
    {
        ["apps/v1 Deployment"] = static y => KubernetesYaml.Deserialize<V1Deployment>(y, strict: true),
        ["apps/v1 StatefulSet"] = static y => KubernetesYaml.Deserialize<V1StatefulSet>(y, strict: true),
        ["v1 Service"] = static y => KubernetesYaml.Deserialize<V1Service>(y, strict: true),
        ["v1 ConfigMap"] = static y => KubernetesYaml.Deserialize<V1ConfigMap>(y, strict: true),
        ["networking.k8s.io/v1 NetworkPolicy"] = static y => KubernetesYaml.Deserialize<V1NetworkPolicy>(y, strict: true),
    };

    [TestMethod]
    [Scenario("PUB-03")]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Manifests_have_every_field_the_api_requires_and_none_it_does_not_know()
    {
        var objects = await ReadAsync();

        // Stores keep what they have, the rest does not.
        Assert.AreEqual("postgres redis", string.Join(' ', objects.OfType<V1StatefulSet>().Select(static s => s.Name()).Order(StringComparer.Ordinal)));
        Assert.HasCount(SharedStack.Current.Model.Containers.Count - 2, objects.OfType<V1Deployment>());
        foreach (var found in objects)
        {
            Assert.MatchesRegex(Name(), ((IMetadata<V1ObjectMeta>)found).Metadata.Name);
        }

        var services = objects.OfType<V1Service>().ToDictionary(static s => s.Name());
        foreach (var (name, spec, selector, labels, claims) in Workloads(objects))
        {
            Assert.IsTrue(selector.All(l => labels.TryGetValue(l.Key, out var value) && value == l.Value), $"{name} does not select its own pods.");
            CheckPod(name, spec, claims);
            Assert.IsTrue(services[name].Spec.Ports.All(p => spec.Containers.SelectMany(static c => c.Ports).Any(c => c.Name == p.TargetPort.Value)), $"The service of {name} leads to a port that it does not have.");
        }

        foreach (var service in services.Values)
        {
            Assert.IsTrue(Workloads(objects).Any(w => service.Spec.Selector.All(l => w.Labels.TryGetValue(l.Key, out var value) && value == l.Value)), $"The service {service.Name()} has no pod.");
        }

        Assert.AreEqual(2, Workloads(objects).Count(w => services["rag"].Spec.Selector.All(l => w.Labels.ContainsKey(l.Key))), "rag is not both of its instances.");
    }

    [TestMethod]
    [Scenario("PUB-03")]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Network_policies_allow_what_the_model_declares_and_nothing_else()
    {
        var objects = await ReadAsync();
        var declared = await DeclaredAsync();
        var policies = new PolicyEvaluator([.. objects.OfType<V1NetworkPolicy>()]);
        var pods = Workloads(objects).ToDictionary(static w => w.Name, static w => (w.Labels, Ports: w.Spec.Containers.SelectMany(static c => c.Ports).ToList()));
        CollectionAssert.AreEquivalent(declared.Values.SelectMany(static m => m).Distinct().ToList(), pods.Keys.ToList());
        var pairs = 0;
        foreach (var (from, to) in pods.Keys.SelectMany(f => pods.Keys.Where(t => t != f).Select(t => (f, t))))
        {
            foreach (var port in pods[to].Ports)
            {
                pairs++;
                Assert.AreEqual(
                    declared.Values.Any(members => members.Contains(from) && members.Contains(to)),
                    policies.Allows(pods[from].Labels, pods[to].Labels, port.ContainerPort, port.Protocol),
                    $"{from} to port {port.ContainerPort} of {to}");
            }
        }

        TestContext.WriteLine($"{pairs} pairs of a pod and another's port are as declared.");
        foreach (var (name, pod) in pods)
        {
            foreach (var port in pod.Ports)
            {
                Assert.AreEqual((name, port.ContainerPort) == ("gateway", 8000), policies.AllowsFromOutside(pod.Labels, port.ContainerPort, port.Protocol), $"Outside to port {port.ContainerPort} of {name}");
            }

            Assert.IsFalse(policies.AllowsToOutside(pod.Labels, 443, "TCP"), $"{name} reaches the outside.");
        }
    }

    private static void CheckPod(string name, V1PodSpec spec, IEnumerable<string> claims)
    {
        var volumes = spec.Volumes.Select(static v => v.Name).Concat(claims).ToList();
        CollectionAssert.AllItemsAreUnique(volumes, name);
        Assert.IsFalse(spec.AutomountServiceAccountToken, name);
        Assert.IsFalse(spec.HostUsers, name);
        foreach (var container in spec.Containers)
        {
            Assert.IsNotEmpty(container.Name);
            Assert.IsNotEmpty(container.Image);
            CollectionAssert.AllItemsAreUnique(container.Env.Select(static e => e.Name).ToList(), name);
            CollectionAssert.AllItemsAreUnique(container.VolumeMounts.Select(static m => m.MountPath).ToList(), name);
            Assert.IsTrue(container.VolumeMounts.All(m => volumes.Contains(m.Name)), $"{name} mounts a volume that it does not have.");
            Assert.IsTrue(container.Ports.All(static p => p.Name.Length <= 15 && p.ContainerPort is > 0 and < 65536), name);
            Assert.IsNotNull(container.ReadinessProbe, $"{name} has no probe.");
            var security = container.SecurityContext;
            Assert.IsTrue(security is { ReadOnlyRootFilesystem: true, AllowPrivilegeEscalation: false, RunAsNonRoot: true, SeccompProfile.Type: "RuntimeDefault" }, $"{name} is not hardened.");
            Assert.AreEqual("ALL", security.Capabilities.Drop.Single(), name);
            Assert.IsNull(security.Capabilities.Add, name);
        }
    }

    private static IEnumerable<(string Name, V1PodSpec Spec, IDictionary<string, string> Selector, IDictionary<string, string> Labels, IEnumerable<string> Claims)> Workloads(IReadOnlyList<IKubernetesObject> objects)
        => objects.OfType<V1Deployment>().Select(static d => (d.Name(), d.Spec.Template.Spec, d.Spec.Selector.MatchLabels, d.Spec.Template.Metadata.Labels, Enumerable.Empty<string>()))
            .Concat(objects.OfType<V1StatefulSet>().Select(static s => (s.Name(), s.Spec.Template.Spec, s.Spec.Selector.MatchLabels, s.Spec.Template.Metadata.Labels, s.Spec.VolumeClaimTemplates.Select(static c => c.Name()))));

    private async Task<IReadOnlyList<IKubernetesObject>> ReadAsync()
    {
        var objects = new List<IKubernetesObject>();
        foreach (var file in Directory.EnumerateFiles(await PublishAsync("kubernetes"), "*.yaml"))
        {
            var documents = new YamlStream();
            documents.Load(new StringReader(await File.ReadAllTextAsync(file, Cancel)));
            foreach (var root in documents.Documents.Select(static d => (YamlMappingNode)d.RootNode))
            {
                var writer = new StringWriter();
                new YamlStream(new YamlDocument(root)).Save(writer, assignAnchors: false);
                var kind = $"{root["apiVersion"]} {root["kind"]}";
                Assert.IsTrue(Kinds.TryGetValue(kind, out var read), $"'{kind}' in {Path.GetFileName(file)} is no kind that is published.");
                objects.Add(read!(writer.ToString().Replace("\n...", string.Empty, StringComparison.Ordinal)));
            }
        }

        return objects;
    }

    // As Aspire's manifest has the networks: written by other code, from the same model.
    private async Task<IReadOnlyDictionary<string, IReadOnlySet<string>>> DeclaredAsync()
    {
        var (exitCode, output, errors) = await AppHostPublisher.RunAsync("manifest", Folder, [], Cancel);
        Assert.AreEqual(0, exitCode, $"{output}{errors}");
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "aspire-manifest.json"), Cancel))!;
        return manifest["resources"]!.AsObject().Where(static r => (string?)r.Value!["type"] == "podman.network.v0")
            .ToDictionary(static r => r.Key, static r => (IReadOnlySet<string>)r.Value!["members"]!.AsObject().Select(static m => m.Key).ToHashSet());
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex Name();
}
