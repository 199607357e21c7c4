using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace XoeNovAi.Hosting.Tests.Model;

[TestClass]
public sealed class ContainerImageNameTests
{
    [TestMethod]
    [DataRow("redis", null, "redis", null, null)]
    [DataRow("redis:7", null, "redis", "7", null)]
    [DataRow("library/redis:7", null, "library/redis", "7", null)]
    [DataRow("docker.io/library/redis:7.2-alpine", "docker.io", "library/redis", "7.2-alpine", null)]
    [DataRow("localhost/xoe-novai/redis:7", "localhost", "xoe-novai/redis", "7", null)]
    [DataRow("localhost:5000/redis", "localhost:5000", "redis", null, null)]
    [DataRow("registry:5000/team/redis:7", "registry:5000", "team/redis", "7", null)]
    [DataRow("docker.io/library/redis@sha256:abc", "docker.io", "library/redis", null, "abc")]
    [DataRow("redis:7@sha256:abc", null, "redis", null, "abc")]
    public void A_name_is_taken_apart(string text, string? registry, string image, string? tag, string? digest)
        => Assert.AreEqual(new ContainerImageName(registry, image, tag, digest), ContainerImageName.Parse(text));

    [TestMethod]
    public void A_tag_beside_one_in_the_name_is_refused()
    {
        using var builder = Values.Builder();

        Assert.ThrowsExactly<InvalidOperationException>(() => builder.AddContainer("cache", "redis:7", "8"));
    }

    [TestMethod]
    public void Without_a_tag_it_is_latest_and_a_digest_needs_none()
    {
        using var builder = Values.Builder();

        Assert.IsTrue(builder.AddContainer("one", "redis").Resource.TryGetContainerImageName(out var latest));
        Assert.IsTrue(builder.AddContainer("two", "docker.io/redis").WithImageSHA256("abc").Resource.TryGetContainerImageName(out var pinned));

        Assert.AreEqual("redis:latest", latest);
        Assert.AreEqual("docker.io/redis@sha256:abc", pinned);
    }

    [TestMethod]
    public void A_local_image_in_a_real_ones_place_replaces_registry_name_and_tag()
    {
        using var builder = Values.Builder();

        builder.AddRedis("cache").WithImage("localhost/mine/redis:1").Resource.TryGetContainerImageName(out var name);

        Assert.AreEqual("localhost/mine/redis:1", name);
    }
}
