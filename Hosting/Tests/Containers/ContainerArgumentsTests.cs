using System.Net.Sockets;
using XoeNovAi.Hosting.Podman.Containers;

namespace XoeNovAi.Hosting.Tests.Containers;

/// <summary>How a model's words become Podman's.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class ContainerArgumentsTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder([]);

    [TestMethod]
    public void Options_come_before_the_image_and_arguments_after_it()
    {
        var arguments = ContainerArguments.Of(PlanOf(_builder.AddContainer("one", "image")) with { RuntimeArguments = ["--init"], Arguments = ["serve", "--port=1"], LogFile = "/logs/one", EnvironmentFile = "/env" });

        Assert.AreEqual("--name one-1 --label run=1 --label io.xoe-novai.resource=one --log-driver=k8s-file --log-opt=path=/logs/one --env-file /env --init image:2 serve --port=1", string.Join(' ', arguments));
    }

    [TestMethod]
    [DataRow("localhost", ProtocolType.Tcp, "127.0.0.1:21000:80")]
    [DataRow("127.0.0.1", ProtocolType.Udp, "127.0.0.1:21000:80/udp")]
    [DataRow("*", ProtocolType.Tcp, "0.0.0.0:21000:80")]
    [DataRow("10.1.2.3", ProtocolType.Tcp, "10.1.2.3:21000:80")]
    public void An_endpoint_is_published_on_loopback_unless_it_says_where_else(string host, ProtocolType protocol, string expected)
    {
        var container = _builder.AddContainer("one", "image").WithEndpoint(targetPort: 80, name: "web", protocol: protocol).WithEndpoint("web", e => e.TargetHost = host);
        var endpoint = container.Resource.Annotations.OfType<EndpointAnnotation>().Single();
        endpoint.AllocatedEndpoint = new(endpoint, "localhost", 21_000);

        Assert.AreEqual(expected, After("-p", ContainerArguments.Of(PlanOf(container))));
    }

    [TestMethod]
    public void Volumes_bind_mounts_and_what_has_no_name_are_mounted()
    {
        var arguments = ContainerArguments.Of(PlanOf(_builder.AddContainer("one", "image").WithVolume("data", "/data").WithBindMount("/srv/given", "/given", isReadOnly: true).WithVolume("/scratch")));

        Assert.Contains("data:/data:U", arguments);
        Assert.Contains("/srv/given:/given:ro", arguments);
        Assert.AreEqual("type=volume,destination=/scratch", After("--mount", arguments));
    }

    [TestMethod]
    public void A_volume_that_others_have_or_that_is_only_read_keeps_its_owner()
    {
        var arguments = ContainerArguments.Of(PlanOf(_builder.AddContainer("one", "image").WithVolume("data", "/data").WithVolume("read", "/read", isReadOnly: true)) with { SharedVolumes = new HashSet<string> { "data" } });

        Assert.Contains("data:/data", arguments);
        Assert.Contains("read:/read:ro", arguments);
    }

    [TestMethod]
    [DataRow(ImagePullPolicy.Always, "--pull=always")]
    [DataRow(ImagePullPolicy.Missing, "--pull=missing")]
    [DataRow(ImagePullPolicy.Never, "--pull=never")]
    public void A_pull_policy_is_podmans(ImagePullPolicy policy, string expected)
        => Assert.Contains(expected, ContainerArguments.Of(PlanOf(_builder.AddContainer("one", "image").WithImagePullPolicy(policy))));

    [TestMethod]
    public void Without_a_policy_podman_decides_and_what_is_built_here_is_never_pulled()
    {
        Assert.IsFalse(ContainerArguments.Of(PlanOf(_builder.AddContainer("one", "image"))).Exists(static a => a.StartsWith("--pull", StringComparison.Ordinal)));
        Assert.Contains("--pull=never", ContainerArguments.Of(PlanOf(_builder.AddDockerfile("built", AppContext.BaseDirectory))));
    }

    [TestMethod]
    public void An_entrypoint_and_what_no_file_can_carry_are_options()
    {
        var arguments = ContainerArguments.Of(PlanOf(_builder.AddContainer("one", "image").WithEntrypoint("sh")) with { Environment = new Dictionary<string, string> { ["TEXT"] = "two\nlines" } });

        Assert.AreEqual("sh", After("--entrypoint", arguments));
        Assert.AreEqual("TEXT=two\nlines", After("-e", arguments));
    }

    private static ContainerPlan PlanOf(IResourceBuilder<ContainerResource> container) => new(container.Resource, $"{container.Resource.Name}-1", "run=1", "image:2");

    private static string After(string option, List<string> arguments) => arguments[arguments.IndexOf(option) + 1];
}
