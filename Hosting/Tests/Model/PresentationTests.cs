using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace XoeNovAi.Hosting.Tests.Model;

[TestClass]
public sealed class PresentationTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    public async Task Hidden_is_what_was_declared_so_and_icons_are_shown()
    {
        using var builder = Values.Builder();
        var always = builder.AddContainer("always", "image").WithHidden();
        var afterwards = builder.AddContainer("afterwards", "image").WithHiddenOnCompletion(0, 3).WithIconName("Rocket", IconVariant.Regular);
        await using var application = await builder.BuildAsync(Cancelled);

        Assert.IsTrue((await PublishAsync(always.Resource, KnownResourceStates.Running, null)).IsHidden);
        Assert.IsFalse((await PublishAsync(afterwards.Resource, KnownResourceStates.Running, null)).IsHidden);
        Assert.IsFalse((await PublishAsync(afterwards.Resource, KnownResourceStates.Exited, 1)).IsHidden, "A failure is to be seen.");
        var ended = await PublishAsync(afterwards.Resource, KnownResourceStates.Exited, 3);
        Assert.IsTrue(ended.IsHidden);
        Assert.AreEqual(("Rocket", IconVariant.Regular), (ended.IconName, ended.IconVariant));

        async Task<CustomResourceSnapshot> PublishAsync(IResource resource, string state, int? exitCode)
        {
            await application.ResourceNotifications.PublishUpdateAsync(resource, s => s with { State = state, ExitCode = exitCode });
            Assert.IsTrue(application.ResourceNotifications.TryGetCurrentState(resource.Name, out var current));
            return current.Snapshot;
        }
    }

    [TestMethod]
    public void Relationships_are_those_declared_and_those_values_imply()
    {
        using var builder = Values.Builder();
        var redis = builder.AddRedis("redis");
        var tool = builder.AddContainer("tool", "image");
        var client = builder.AddContainer("client", "image")
            .WithReferenceRelationship(ReferenceExpression.Create($"{redis.Resource.ConnectionStringExpression};x"))
            .WithRelationship(tool, "Uses")
            .WithChildRelationship(tool);

        string[] expected = ["redis Reference", "redis-password Reference", "tool Uses"];
        CollectionAssert.AreEqual(expected, RelationsOf(client.Resource));
        string[] parent = ["client Parent"];
        CollectionAssert.AreEqual(parent, RelationsOf(tool.Resource));
    }

    [TestMethod]
    public void A_probe_is_a_health_check_too_and_there_is_one_of_each_type()
    {
        using var builder = Values.Builder();
        var api = builder.AddContainer("api", "image").WithHttpEndpoint(targetPort: 80)
            .WithHttpProbe(ProbeType.Readiness, "/old")
            .WithHttpProbe(ProbeType.Readiness, "/up", periodSeconds: 2)
            .WithHttpProbe(ProbeType.Liveness, "/up");

        var probes = api.Resource.Annotations.OfType<EndpointProbeAnnotation>().Select(static p => $"{p.Type} {p.Path} {p.PeriodSeconds}").ToArray();
        string[] expected = ["Readiness /up 2", "Liveness /up 5"];
        CollectionAssert.AreEqual(expected, probes);
        Assert.HasCount(2, api.Resource.Annotations.OfType<HealthCheckAnnotation>().ToArray());
    }

    private static string[] RelationsOf(IResource resource)
        => [.. resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(static r => $"{r.Resource.Name} {r.Type}").Order(StringComparer.Ordinal)];
}
