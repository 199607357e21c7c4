using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;

namespace XoeNovAi.Hosting.Tests.Containers;

/// <summary>Images that are built of a Dockerfile when the application starts: really built, by podman.</summary>
[TestClass]
public sealed class ImageBuildTests
{
    private const string Base = "FROM localhost/xoe-novai/probe:1\n";
    private string _context = null!;
    private string _name = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void MakeContext()
    {
        // Below a folder that podman's user cannot enter, like a home.
        _context = Directory.CreateTempSubdirectory("build-").FullName;
        _name = $"built-{Guid.NewGuid():n}"[..20];
    }

    [TestCleanup]
    public async Task RemoveAsync()
    {
        Directory.Delete(_context, recursive: true);
        var images = await Podman.RunAsync("images", "-q", "--filter", $"reference=localhost/{_name}");
        if (images.Length > 0)
        {
            await Podman.RunAsync(["rmi", "-f", .. images]);
        }
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task A_container_runs_on_the_image_of_its_dockerfile_and_nothing_is_built_twice()
    {
        Write("Dockerfile", Base + "COPY greeting link /given/\nENTRYPOINT [\"sh\", \"-c\", \"cat /given/greeting\"]\n");
        Write("greeting", "hello");
        File.CreateSymbolicLink(Path.Combine(_context, "link"), "greeting");

        var first = await RunAsync();
        Assert.Contains("hello", first);
        Assert.Contains("STEP", first, "The build's own words are in the log.");

        var second = await RunAsync();
        Assert.Contains("hello", second);
        Assert.DoesNotContain("STEP", second);

        Write("greeting", "good day");
        Assert.Contains("good day", await RunAsync());
        Assert.HasCount(1, await Podman.RunAsync("images", "-q", "--filter", $"reference=localhost/{_name}"), "The image there was before is gone.");
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task A_stage_its_arguments_and_its_secrets_reach_the_build_and_the_secret_stays_nowhere()
    {
        Write("build/Containerfile", $"""
            ARG BASE=localhost/xoe-novai/probe
            FROM $BASE:1 AS wanted
            USER 0
            ARG VERSION
            ARG FLAG
            RUN --mount=type=secret,id=token sha256sum /run/secrets/token | grep -q ^{Convert.ToHexStringLower(SHA256.HashData("hush-4711"u8))} && echo "$VERSION $FLAG" > /version
            ENTRYPOINT ["cat", "/version"]

            FROM wanted
            ENTRYPOINT ["echo", "the wrong stage"]
            """);
        var log = await RunAsync(
            b => b.WithBuildArg("VERSION", b.ApplicationBuilder.AddParameter("version"))
                .WithBuildArg("FLAG", true)
                .WithBuildSecret("token", b.ApplicationBuilder.AddParameter("token", secret: true)),
            "build/Containerfile",
            "wanted",
            ("Parameters:version", "17.4"),
            ("Parameters:token", "hush-4711"));

        Assert.Contains("17.4 true", log);
        var image = (await Podman.RunAsync("images", "-q", "--filter", $"reference=localhost/{_name}")).Single();
        Assert.DoesNotContain("hush-4711", string.Concat(await Podman.RunAsync("history", "--no-trunc", image)));
        Assert.DoesNotContain("hush-4711", string.Concat(await Podman.RunAsync("inspect", image)));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task A_build_that_fails_is_named_with_its_last_lines_and_so_is_what_is_missing()
    {
        Write("Dockerfile", Base + "RUN echo reason-of-the-failure && exit 3\n");
        var log = await RunAsync(expected: KnownResourceStates.FailedToStart);
        Assert.Contains($"The image of '{_name}' could not be built", log);
        Assert.Contains("reason-of-the-failure", log[log.IndexOf("could not be built", StringComparison.Ordinal)..]);

        File.Delete(Path.Combine(_context, "Dockerfile"));
        Assert.Contains($"{_context}/Dockerfile', of which the image of '{_name}' is built, does not exist", await RunAsync(expected: KnownResourceStates.FailedToStart));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task A_factory_writes_the_dockerfile_and_what_is_ignored_is_not_sent()
    {
        Write("kept/file", "kept");
        Write("secrets/key", "key");
        Write(".dockerignore", "secrets\n");
        using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddDockerfileFactory(_name, _context, context => $"{Base}COPY . /given\nENTRYPOINT [\"find\", \"/given\", \"-name\", \"*\"]\nLABEL of={context.Resource.Name}\n");

        var log = await LogOfAsync(builder, KnownResourceStates.Exited);

        Assert.Contains("/given/kept/file", log);
        Assert.DoesNotContain("/given/secrets", log);
        Assert.DoesNotContain("Dockerfile", log[log.IndexOf("/given/kept", StringComparison.Ordinal)..], "Only the context's own files are copied.");
    }

    private void Write(string name, string content)
    {
        var path = Path.Combine(_context, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private Task<string> RunAsync(string? expected = null) => RunAsync(static _ => { }, null, null, expected: expected);

    private async Task<string> RunAsync(Action<IResourceBuilder<ContainerResource>> configure, string? dockerfile, string? stage, params IEnumerable<(string Key, string Value)> settings)
        => await RunAsync(configure, dockerfile, stage, null, settings);

    private async Task<string> RunAsync(Action<IResourceBuilder<ContainerResource>> configure, string? dockerfile, string? stage, string? expected, params IEnumerable<(string Key, string Value)> settings)
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(static s => s.Key, static s => (string?)s.Value));
        configure(builder.AddDockerfile(_name, _context, dockerfile, stage));
        return await LogOfAsync(builder, expected ?? KnownResourceStates.Exited);
    }

    private async Task<string> LogOfAsync(IDistributedApplicationTestingBuilder builder, string expected)
    {
        await using var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);
        var state = await application.ResourceNotifications.WaitForResourceAsync(_name, KnownResourceStates.TerminalStates, Cancelled);
        var log = await application.LogAsync(_name, Cancelled);
        Assert.AreEqual(expected, state, log);
        return log;
    }
}
