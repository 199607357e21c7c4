using System.Net;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman.Setup;
using XoeNovAi.IntegrationTests.Harness.Consul;

namespace XoeNovAi.IntegrationTests.Images;

/// <summary>A real image in a stub's place, in stacks of the test's own.</summary>
[TestClass]
public sealed class ForeignImageTests : StackTest
{
    private const string Pages = """
        server {
          listen PORT;
          location = /well { return 200 "well"; }
          location / { default_type text/plain; return 200 "foreign $request_uri of $host"; }
        }
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly string[] Part = ["--Stack:Run=none", "--Stack:Services:gateway:Run=container"];

    [TestMethod]
    [TestCategory("Quick")]
    [Scenario("GATE-01")]
    [DataRow("mkdocs", 8008, "/", "/docs/guide?x=1", "/guide?x=1", ArgumentsDisplayName = "the stub's port and health path")]
    [DataRow("vikunja", 9123, "/well", "/vikunja/tasks", "/tasks", ArgumentsDisplayName = "a port and a health path of its own")]
    public async Task A_foreign_image_is_checked_registered_and_reached_through_the_gateway(string service, int port, string healthPath, string target, string seen)
    {
        await using var image = await ForeignImage.MakeAsync(Stack.Podman, Pages.Replace("PORT", $"{port}", StringComparison.Ordinal), Cancel);
        List<string> arguments = [.. Part, $"--Stack:Services:{service}:Image={image.Name}"];
        if (healthPath != "/")
        {
            arguments.AddRange([$"--Stack:Services:{service}:Port={port}", $"--Stack:Services:{service}:HealthPath={healthPath}", $"--Stack:Services:{service}:Environment:GREETING=hello"]);
        }

        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>([.. arguments], Cancel);
        await using var application = await builder.BuildAsync(Cancel);
        await StackStart.RunAsync(application, Cancel);
        try
        {
            using var gateway = application.CreateHttpClient("gateway", "http");
            var body = await Eventually.HoldsAsync(
                "the gateway reaches the foreign image",
                Limit,
                async token =>
                {
                    using var response = await gateway.GetAsync(new Uri(target, UriKind.Relative), token);
                    return response.StatusCode == HttpStatusCode.OK && response.Headers.Contains("X-Frame-Options") ? await response.Content.ReadAsStringAsync(token) : $"{(int)response.StatusCode}";
                },
                static body => body.StartsWith("foreign", StringComparison.Ordinal),
                static body => body,
                Cancel);

            Assert.StartsWith($"foreign {seen} of ", body);
            using var consul = new ConsulApi(application.GetEndpoint("consul"), authority: application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ConsulResource>().Single().AuthorityPem);
            var registered = (await consul.InstancesAsync(service, Cancel)).Single().Service;
            Assert.AreEqual("0.9", registered.Meta.GetValueOrDefault("version"));
            Assert.AreEqual(application.GetEndpoint(service).Port, registered.TaggedAddresses["host"].Port, "where processes on the host reach it");
            if (healthPath != "/")
            {
                await EnvironmentAsync(application, service);
            }
        }
        finally
        {
            await application.StopAsync(CancellationToken.None);
        }
    }

    [TestMethod]
    [Scenario("HOST-04")]
    public async Task An_image_that_listens_elsewhere_is_named_with_what_its_check_says()
    {
        await using var image = await ForeignImage.MakeAsync(Stack.Podman, Pages.Replace("PORT", "9123", StringComparison.Ordinal), Cancel);
        await using var appHost = Hosting.AppHostProcess.Start([.. Part, "--Stack:StartTimeout=00:00:30", $"--Stack:Services:mkdocs:Image={image.Name}"]);
        await appHost.EndedAsync(TimeSpan.FromMinutes(3), Cancel);

        TestContext.WriteLine(appHost.Errors);
        Assert.AreEqual(1, appHost.ExitCode, appHost.Describe());
        StringAssert.Contains(appHost.Errors, "'mkdocs' runs, but its check", appHost.Describe());
        await new Hosting.RunTraces(Stack, appHost).GoneAsync(Cancel);
    }

    private async Task EnvironmentAsync(DistributedApplication application, string service)
    {
        var podman = application.Services.GetRequiredService<PodmanCli>();
        var id = application.ResourceNotifications.TryGetCurrentState(service, out var now) ? now.Snapshot.Properties.First(static p => p.Name == "container.id").Value as string : null;

        // Not of its process: nginx writes its title over that.
        var environment = await podman.RunAsync(["inspect", "--format", "{{range .Config.Env}}{{println .}}{{end}}", id!], Cancel);
        Assert.Contains("GREETING=hello", environment);
        Assert.Contains("ConnectionStrings__consul=https://consul:8500", environment);
    }
}
