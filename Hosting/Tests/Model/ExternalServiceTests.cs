using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace XoeNovAi.Hosting.Tests.Model;

[TestClass]
public sealed class ExternalServiceTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    public async Task Its_address_is_given_by_name_and_scheme()
    {
        using var builder = Values.Builder(("Parameters:url", "http://localhost:1/"));
        var known = builder.AddExternalService("maps-api", "https://maps.example.test/");
        var configured = builder.AddExternalService("mail", builder.AddParameter("url"));
        var client = builder.AddContainer("client", "image").WithReference(known).WithReference(configured).WithEnvironment("DIRECT", known);

        var values = await client.Resource.GetEnvironmentVariableValuesAsync();

        Assert.AreEqual("https://maps.example.test/", values["MAPS_API"]);
        Assert.AreEqual("https://maps.example.test/", values["services__maps-api__https__0"]);
        Assert.AreEqual("https://maps.example.test/", values["DIRECT"]);
        Assert.AreEqual("http://localhost:1/", values["MAIL_HTTP"]);
        Assert.AreEqual("http://localhost:1/", values["services__mail__http__0"]);
    }

    [TestMethod]
    [DataRow("maps.example.test")]
    [DataRow("https://maps.example.test/path")]
    [DataRow("https://maps.example.test/?query")]
    [DataRow("https://maps.example.test/#fragment")]
    public void An_address_that_names_more_than_the_service_is_refused(string url)
    {
        using var builder = Values.Builder();

        Assert.ThrowsExactly<ArgumentException>(() => builder.AddExternalService("maps", url));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task It_runs_when_its_address_is_known_and_has_failed_when_it_cannot_be()
    {
        await using var builder = Values.Builder(("Parameters:url", "nowhere"));
        builder.AddExternalService("good", "https://maps.example.test/");
        builder.AddExternalService("bad", builder.AddParameter("url"));
        await using var application = await builder.BuildAsync(Cancelled);

        await application.StartAsync(Cancelled);
        await application.ResourceNotifications.WaitForResourceAsync("good", KnownResourceStates.Running, Cancelled);
        await application.ResourceNotifications.WaitForResourceAsync("bad", KnownResourceStates.FailedToStart, Cancelled);
        await application.StopAsync(Cancelled);
    }
}
