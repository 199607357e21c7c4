using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace XoeNovAi.Hosting.Tests.Examples;

/// <summary>The proof that the integration is general: an ordinary AppHost with the one line, and without it.</summary>
[TestClass]
public sealed class ExampleTests
{
    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(60);
    private static readonly string[] Volumes = ["Postgres", "Redis"];

    // DCP looks for podman there. Set-up's comes first: who is root has another, which would not be rootless.
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");
    private readonly string _id = Guid.NewGuid().ToString("n")[..8];

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void FindPodman() => Environment.SetEnvironmentVariable("PATH", $"{Engine.Folder}{Path.PathSeparator}{_path}");

    [TestCleanup]
    public async Task RemoveVolumesAsync()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        var left = await Engine.RunAsync(CancellationToken.None, "volume", "ls", "-q", "--filter", $"name={_id}");
        if (left.Length > 0)
        {
            await Engine.RunAsync(CancellationToken.None, ["volume", "rm", .. left]);
        }
    }

    [TestMethod]
    [Timeout(240_000, CooperativeCancellation = true)]
    [Scenario("HOST-01")]
    [Scenario("HOST-02")]
    public async Task It_is_the_same_on_rootless_podman_as_on_aspires_own_orchestrator()
    {
        var seen = await Task.WhenAll(ObserveAsync("own", "--podman=true"), ObserveAsync("stock", "--podman=false", "--ASPIRE_CONTAINER_RUNTIME=podman", "--ASPIRE_ENABLE_CONTAINER_TUNNEL=false"));

        var (own, stock) = (seen[0], seen[1]);
        var differences = own.Except(stock).Select(static l => $"only on rootless Podman: {l}").Concat(stock.Except(own).Select(static l => $"only on Aspire's own: {l}")).ToList();
        Assert.IsEmpty(differences, string.Join('\n', differences));
    }

    private async Task<IReadOnlyList<string>> ObserveAsync(string kind, params string[] arguments)
    {
        var containers = new List<string>();
        await using (var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Example_AppHost>([.. arguments, .. Volumes.Select(v => $"--Volumes:{v}=example-{kind}-{_id}-{v}")], static (options, _) => options.EnableResourceLogging = false, Cancelled))
        {
            await using var application = await builder.BuildAsync(Cancelled);
            await application.StartAsync(Cancelled);
            foreach (var resource in (string[])["postgres", "books", "cache", "consul", "pages", "api"])
            {
                await application.ResourceNotifications.WaitForResourceHealthyAsync(resource, Cancelled);
            }

            Assert.AreEqual(0, (await application.EndedAsync("visitor", Cancelled)).ExitCode, "The visitor was not let in.");
            using var client = application.CreateHttpClient("api", "http");

            // The second visit: the first was the visitor's.
            var answer = await client.GetFromJsonAsync<JsonObject>("/", Cancelled);
            Assert.AreEqual("""{"greeting":"Good day","database":"books","visits":2,"page":"a page","leader":true}""", answer!.ToJsonString());

            foreach (var container in (string[])["postgres", "cache", "consul", "pages"])
            {
                containers.Add(await application.RunningAsync(container, Cancelled));
            }

            var observed = await Observation.OfAsync(application, Cancelled);
            await application.StopAsync(Cancelled);
            await application.DisposeAsync();
            await Eventually.HoldsAsync(
                $"the containers of '{kind}' are gone",
                CleanUpLimit,
                token => Engine.RunAsync(token, "ps", "-a", "-q", "--no-trunc"),
                left => !left.Any(id => containers.Exists(c => id.StartsWith(c, StringComparison.Ordinal))),
                static left => string.Join(' ', left),
                Cancelled);
            return observed;
        }
    }
}
