using System.Security.Cryptography;

namespace XoeNovAi.Hosting.Tests.Contract;

/// <summary>By which image a container runs: a digest, or one that is built of a Dockerfile when it starts.</summary>
[TestClass]
public sealed class ImageTests
{
    private const string Base = "FROM localhost/xoe-novai/probe:1\n";
    private string _context = null!;
    private string _name = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void MakeContext()
    {
        // Closed to podman's user, like a home.
        _context = Directory.CreateTempSubdirectory("build-").FullName;
        _name = $"built-{Guid.NewGuid():n}"[..20];
    }

    [TestCleanup]
    public async Task RemoveAsync()
    {
        Directory.Delete(_context, recursive: true);
        var images = await Engine.RunAsync(CancellationToken.None, "images", "-q", "--filter", $"reference=localhost/{_name}*");
        if (images.Length > 0)
        {
            await Engine.RunAsync(CancellationToken.None, ["rmi", "-f", .. images]);
        }
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    public async Task A_digest_is_an_image()
    {
        var digest = (await Engine.RunAsync(Cancelled, "image", "inspect", "--format", "{{.Digest}}", $"{PodmanApplication.Probe}:1")).Single();
        await using var run = await PodmanApplication.StartAsync(
            builder => builder.AddContainer("one", PodmanApplication.Probe).WithImageSHA256(digest["sha256:".Length..]).WithImagePullPolicy(ImagePullPolicy.Missing).WithEntrypoint("echo").WithArgs("ran"),
            Cancelled);

        Assert.EndsWith("\nran", await run.Application.EndedWellAsync("one", Cancelled));
        Assert.AreEqual($"{PodmanApplication.Probe}@{digest}", run.Application.StateOf("one").Properties.Single(static p => p.Name == "container.image").Value);
    }

    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task A_dockerfile_is_built_once_and_again_when_what_it_is_made_of_changes()
    {
        Write("Dockerfile", Base + "COPY greeting link /given/\nENTRYPOINT [\"sh\", \"-c\", \"cat /given/greeting\"]\n");
        Write("greeting", "hello");
        File.CreateSymbolicLink(Path.Combine(_context, "link"), "greeting");

        var first = await BuiltAsync();
        Assert.EndsWith("\nhello", first);
        Assert.Contains("STEP", first, "The build's own words are in the log.");
        Assert.DoesNotContain("STEP", await BuiltAsync());

        Write("greeting", "good day");
        Assert.EndsWith("\ngood day", await BuiltAsync());
        Assert.HasCount(1, await Engine.RunAsync(Cancelled, "images", "-q", "--filter", $"reference=localhost/{_name}"), "The image there was before is gone.");
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task A_stage_arguments_and_secrets_reach_the_build_and_the_secret_stays_nowhere()
    {
        Write("build/Containerfile", $"""
            ARG BASE=localhost/xoe-novai/probe
            FROM $BASE:1 AS wanted
            USER 0
            ARG VERSION
            RUN --mount=type=secret,id=token sha256sum /run/secrets/token | grep -q ^{Convert.ToHexStringLower(SHA256.HashData("hush-4711"u8))} && echo "$VERSION" > /version
            ENTRYPOINT ["cat", "/version"]

            FROM wanted
            ENTRYPOINT ["echo", "the wrong stage"]
            """);
        var log = await BuiltAsync(
            builder => builder.AddDockerfile(_name, _context, "build/Containerfile", "wanted")
                .WithBuildArg("VERSION", builder.AddParameter("version", "17.4"))
                .WithBuildSecret("token", builder.AddParameter("token", "hush-4711", secret: true)));

        Assert.EndsWith("\n17.4", log);
        var image = (await Engine.RunAsync(Cancelled, "images", "-q", "--filter", $"reference=localhost/{_name}")).Single();
        Assert.DoesNotContain("hush-4711", string.Concat(await Engine.RunAsync(Cancelled, "history", "--no-trunc", image)));
        Assert.DoesNotContain("hush-4711", string.Concat(await Engine.RunAsync(Cancelled, "inspect", image)));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("HOST-04")]
    public async Task A_build_that_fails_is_named_with_its_last_lines()
    {
        Write("Dockerfile", Base + "RUN echo reason-of-the-failure && exit 3\n");
        await using var run = await PodmanApplication.StartAsync(
            builder =>
            {
                builder.AddDockerfile(_name, _context);
                builder.AddContainer("with", PodmanApplication.Probe, "1").WithDockerfile(_context, "not-there");
            },
            Cancelled);

        Assert.AreEqual(KnownResourceStates.FailedToStart, (await run.Application.EndedAsync(_name, Cancelled)).State?.Text);
        Assert.AreEqual(KnownResourceStates.FailedToStart, (await run.Application.EndedAsync("with", Cancelled)).State?.Text);
        var log = await run.Application.LogAsync(_name, Cancelled);
        Assert.Contains("reason-of-the-failure", log[log.IndexOf($"The image of '{_name}' could not be built", StringComparison.Ordinal)..]);
        Assert.Contains($"{_context}/not-there', of which the image of 'with' is built, does not exist", run.Console);
    }

    private void Write(string name, string content)
    {
        var path = Path.Combine(_context, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private Task<string> BuiltAsync() => BuiltAsync(builder => builder.AddDockerfile(_name, _context));

    private async Task<string> BuiltAsync(Action<IDistributedApplicationBuilder> model)
    {
        await using var run = await PodmanApplication.StartAsync(model, Cancelled);
        return await run.Application.EndedWellAsync(_name, Cancelled);
    }
}
