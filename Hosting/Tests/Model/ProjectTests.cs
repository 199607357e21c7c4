using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace XoeNovAi.Hosting.Tests.Model;

/// <summary>What a project's launch profile makes of it.</summary>
[TestClass]
public sealed class ProjectTests
{
    private const string LaunchSettings = """
        {
          "profiles": {
            "http": {
              "commandName": "Project",
              "applicationUrl": "http://localhost:5001;http://*:5002",
              "commandLineArgs": "--mode \"of two words\" \"\"",
              "launchUrl": "swagger",
              "environmentVariables": { "WHO": "http" }
            },
            "https": { "commandName": "Project", "applicationUrl": "https://localhost:7001;http://localhost:5001", "environmentVariables": { "WHO": "https" } },
            "container": { "commandName": "Docker" }
          }
        }
        """;

    private string _folder = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public async Task CreateAsync()
    {
        _folder = Directory.CreateTempSubdirectory("project-").FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "Properties"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "Properties", "launchSettings.json"), LaunchSettings, Cancelled);
    }

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("AppHost:DefaultLaunchProfileName", "https", "https")]
    [DataRow("DOTNET_LAUNCH_PROFILE", "https", "https")]
    [DataRow("DOTNET_LAUNCH_PROFILE", "of the AppHost only", "http")]
    [DataRow("DOTNET_LAUNCH_PROFILE", "container", "http")]
    public async Task A_project_starts_as_the_apphost_did_if_it_can(string key, string profile, string expected)
    {
        using var builder = Values.Builder((key, profile));

        var (project, other) = (builder.AddProject("api", ProjectFile), builder.AddProject("other", ProjectFile, "http"));
        await using var application = builder.Build();

        Assert.AreEqual(expected, (await EnvironmentOf(project))["WHO"]);
        Assert.AreEqual("http", (await EnvironmentOf(other))["WHO"], "Who says how, is heard.");
    }

    [TestMethod]
    public async Task Every_address_of_the_profile_is_an_endpoint_also_a_wildcard()
    {
        using var builder = Values.Builder(("DOTNET_LAUNCH_PROFILE", "http"));
        var project = builder.AddProject("api", ProjectFile);
        await using var application = builder.Build();

        var endpoints = project.Resource.Annotations.OfType<EndpointAnnotation>().Select(static e => (e.Name, e.Port, e.TargetHost)).ToArray();

        (string, int?, string)[] expected = [("http", 5001, "localhost"), ("http2", 5002, "*")];
        CollectionAssert.AreEqual(expected, endpoints);
        Assert.IsFalse((await EnvironmentOf(project)).ContainsKey("ASPNETCORE_HTTPS_PORT"));
    }

    [TestMethod]
    public async Task An_endpoint_of_the_profile_can_be_given_another_port()
    {
        using var builder = Values.Builder(("DOTNET_LAUNCH_PROFILE", "https"));
        var project = builder.AddProject("api", ProjectFile).WithHttpEndpoint(port: 6001);
        await using var application = builder.Build();

        Assert.AreEqual(6001, project.Resource.Annotations.OfType<EndpointAnnotation>().Single(static e => e.Name == "http").Port);
        var port = (EndpointReferenceExpression)(await EnvironmentOf(project))["ASPNETCORE_HTTPS_PORT"];
        Assert.AreEqual(("https", EndpointProperty.Port), (port.Endpoint.EndpointName, port.Property), "What redirects names the port that others use.");
    }

    [TestMethod]
    public async Task Arguments_of_the_profile_come_first_and_its_address_is_shown()
    {
        using var builder = Values.Builder(("DOTNET_LAUNCH_PROFILE", "http"));
        var project = builder.AddProject("api", ProjectFile).WithArgs("--own");
        Values.Allocate(project.Resource, "http", 5001, "api", 5001);

        var arguments = new CommandLineArgsCallbackContext([]);
        foreach (var annotation in project.Resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(arguments);
        }

        object[] expected = ["--mode", "of two words", string.Empty, "--own"];
        CollectionAssert.AreEqual(expected, arguments.Args.ToArray());
        var urls = new ResourceUrlsCallbackContext(builder.ExecutionContext, project.Resource, [new() { Url = "http://localhost:5001", Endpoint = project.GetEndpoint("http") }, new() { Url = "http://elsewhere" }], Cancelled);
        foreach (var annotation in project.Resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
        {
            await annotation.Callback(urls);
        }

        string[] shown = ["http://localhost:5001/swagger", "http://elsewhere"];
        CollectionAssert.AreEqual(shown, urls.Urls.Select(static u => u.Url).ToArray());
    }

    private string ProjectFile => Path.Combine(_folder, "api.csproj");

    private Task<IReadOnlyDictionary<string, object>> EnvironmentOf(IResourceBuilder<ProjectResource> project)
        => Values.EnvironmentOf(project.Resource, project.ApplicationBuilder.ExecutionContext, Cancelled);
}
