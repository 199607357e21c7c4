using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace XoeNovAi.Hosting.Tests.Model;

[TestClass]
public sealed class UrlTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Addresses_are_those_of_the_endpoints_changed_and_added_to_as_declared()
    {
        await using var builder = Values.Builder();
        var sleeper = builder.AddExecutable("sleeper", "sleep", "/", "600")
            .WithHttpEndpoint(name: "web")
            .WithHttpEndpoint(name: "admin")
            .WithUrl("https://docs.example.test/", "Docs");
        sleeper.WithUrl($"{sleeper.GetEndpoint("web")}/swagger", "API")
            .WithUrlForEndpoint("admin", static url =>
            {
                url.DisplayText = "Admin";
                url.DisplayLocation = UrlDisplayLocation.DetailsOnly;
            })
            .WithUrlForEndpoint("web", static endpoint => new ResourceUrlAnnotation { Url = $"{endpoint.Url}/health", DisplayText = "Health" })
            .WithUrls(static context => context.Urls.RemoveAll(static u => u.DisplayText == "Docs"));
        await using var application = await builder.BuildAsync(Cancelled);

        await application.StartAsync(Cancelled);
        var running = await application.ResourceNotifications.WaitForResourceHealthyAsync("sleeper", Cancelled);
        var web = application.GetEndpoint("sleeper", "web").GetLeftPart(UriPartial.Authority);
        var admin = application.GetEndpoint("sleeper", "admin").GetLeftPart(UriPartial.Authority);
        await application.StopAsync(Cancelled);

        var shown = running.Snapshot.Urls.Select(static u => $"{u.Name} {u.Url} {u.DisplayProperties.DisplayName}{(u.IsInternal ? " (details)" : string.Empty)}{(u.IsInactive ? " (inactive)" : string.Empty)}").ToArray();
        string[] expected = [$"web {web} ", $"admin {admin} Admin (details)", $"web {web}/swagger API", $"web {web}/health Health"];
        CollectionAssert.AreEqual(expected, shown);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_relative_address_leads_all_endpoints_there_and_resources_without_endpoints_have_addresses_too()
    {
        await using var builder = Values.Builder();
        builder.AddExecutable("sleeper", "sleep", "/", "600").WithHttpEndpoint(name: "web").WithUrl("/swagger", "Swagger");
        builder.AddParameter("greeting", "hello").WithUrl("https://docs.example.test/");
        await using var application = await builder.BuildAsync(Cancelled);

        await application.StartAsync(Cancelled);
        var running = await application.ResourceNotifications.WaitForResourceHealthyAsync("sleeper", Cancelled);
        var parameter = await application.ResourceNotifications.WaitForResourceAsync("greeting", static e => !e.Snapshot.Urls.IsEmpty, Cancelled);
        var expected = new Uri(application.GetEndpoint("sleeper", "web"), "/swagger").ToString();
        await application.StopAsync(Cancelled);

        Assert.AreEqual((expected, "Swagger"), (running.Snapshot.Urls.Single().Url, running.Snapshot.Urls.Single().DisplayProperties.DisplayName));
        Assert.AreEqual(("https://docs.example.test/", false), (parameter.Snapshot.Urls.Single().Url, parameter.Snapshot.Urls.Single().IsInactive));
    }
}
