using Microsoft.Extensions.Logging;

namespace XoeNovAi.Gateway.Tests.Discovery;

/// <summary>Consul answers late, or has forgotten what it said.</summary>
[TestClass]
public sealed class ConsulFaultTests : GatewayTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [TestMethod]
    [Scenario("CHAOS-06")]
    public async Task An_index_that_goes_back_leaves_who_was_known_in_use_until_they_are_back()
    {
        await using var consul = await FakeConsul.StartAsync();
        await using var gateway = await StartAsync(consul);
        await using var known = await TestBackend.StartAsync("known");
        await using var next = await TestBackend.StartAsync("next");
        consul.SetInstances(FakeConsul.Entry("known", known));
        await AnsweredByAsync(gateway, "known");
        consul.Forget();

        // That it was told: the other one is new, and who was known has not come back yet.
        consul.SetInstances(FakeConsul.Entry("next", next));
        await AnsweredByAsync(gateway, "next");
        await AnsweredByAsync(gateway, "known");
        consul.SetInstances(FakeConsul.Entry("known", known), FakeConsul.Entry("next", next));
        await AnsweredByAsync(gateway, "next");

        // All are back: who leaves now has left.
        await using var last = await TestBackend.StartAsync("last");
        consul.SetInstances(FakeConsul.Entry("last", last));
        await AnsweredByAsync(gateway, "last");
        for (var i = 0; i < 4; i++)
        {
            Assert.AreEqual("last", await gateway.Client.GetStringAsync("/x", Cancel));
        }
    }

    [TestMethod]
    [Scenario("CHAOS-06")]
    public async Task Answers_that_come_late_are_followed_and_the_last_ones_stay_in_use_until_then()
    {
        using var log = new LogLines();
        await using var consul = await FakeConsul.StartAsync();
        await using var gateway = await StartAsync(consul);
        gateway.Service<ILoggerFactory>().AddProvider(log);
        await using var known = await TestBackend.StartAsync("known");
        await using var next = await TestBackend.StartAsync("next");
        consul.SetInstances(FakeConsul.Entry("known", known));
        await AnsweredByAsync(gateway, "known");
        consul.Late = TimeSpan.FromSeconds(1);
        consul.SetInstances(FakeConsul.Entry("next", next));
        Assert.AreEqual("known", await gateway.Client.GetStringAsync("/x", Cancel));
        await AnsweredByAsync(gateway, "next");
        consul.SetInstances(FakeConsul.Entry("known", known));
        await AnsweredByAsync(gateway, "known");
        Assert.IsFalse(log.Lines.Any(static l => l.Contains("stay in use", StringComparison.Ordinal)), "Late is not away.");
        consul.Late = TimeSpan.Zero;
    }

    private static Task<TestGateway> StartAsync(FakeConsul consul)
        => TestGateway.StartAsync(new TestSettings(new Uri("http://test")), $"--ConnectionStrings:consul={consul.Address}", "--Discovery:View=app", "--Logging:LogLevel:Default=Information");

    private Task AnsweredByAsync(TestGateway gateway, string name) => Eventually.HoldsAsync(
        $"{name} answers",
        Limit,
        async token =>
        {
            using var response = await gateway.Client.GetAsync("/x", token);
            return await response.Content.ReadAsStringAsync(token);
        },
        seen => seen == name,
        static seen => seen,
        Cancel);
}
