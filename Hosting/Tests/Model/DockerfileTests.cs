using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace XoeNovAi.Hosting.Tests.Model;

[TestClass]
public sealed class DockerfileTests
{
    [TestMethod]
    public void A_build_has_its_paths_arguments_secrets_and_an_image_of_its_own()
    {
        using var builder = Values.Builder(("Parameters:token", "x"));
        var container = builder.AddDockerfile("app", "src/app", "build/Containerfile", "final")
            .WithBuildArg("VERSION", 2)
            .WithBuildSecret("TOKEN", builder.AddParameter("token", secret: true));

        var build = container.Resource.Annotations.OfType<DockerfileBuildAnnotation>().Single();
        Assert.AreEqual(Path.Combine(builder.AppHostDirectory, "src/app"), build.ContextPath);
        Assert.AreEqual(Path.Combine(builder.AppHostDirectory, "src/app/build/Containerfile"), build.DockerfilePath);
        Assert.AreEqual("final", build.Stage);
        Assert.AreEqual(2, build.BuildArguments["VERSION"]);
        Assert.IsInstanceOfType<ParameterResource>(build.BuildSecrets["TOKEN"]);
        Assert.IsTrue(container.Resource.IsContainer());
        Assert.IsTrue(container.Resource.TryGetContainerImageName(out var image));
        StringAssert.StartsWith(image, "app:", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_secret_is_no_build_argument_and_only_a_build_has_arguments()
    {
        using var builder = Values.Builder();
        var secret = builder.AddParameter("token", secret: true);

        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => builder.AddDockerfile("app", ".").WithBuildArg("TOKEN", secret)).Message, "WithBuildSecret", StringComparison.Ordinal);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => builder.AddContainer("other", "image").WithBuildArg("A", "b")).Message, "WithDockerfile", StringComparison.Ordinal);
    }

    [TestMethod]
    public void An_image_given_by_name_stays_what_is_declared()
    {
        using var builder = Values.Builder();
        var container = builder.AddContainer("app", "registry.test/app", "1").WithDockerfile(".");

        Assert.IsTrue(container.Resource.TryGetContainerImageName(useBuiltImage: false, out var declared));
        Assert.IsTrue(container.Resource.TryGetContainerImageName(out var built));
        Assert.AreEqual("registry.test/app:1", declared);
        StringAssert.StartsWith(built, "app:", StringComparison.Ordinal);
    }
}
