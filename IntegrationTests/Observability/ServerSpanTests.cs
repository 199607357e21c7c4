using System.Diagnostics;
using System.Net;
using XoeNovAi.Hosting.Testing.Spans;
using XoeNovAi.IntegrationTests.Harness.Telemetry;

namespace XoeNovAi.IntegrationTests.Observability;

/// <summary>What spans say of an answer, and which requests have none.</summary>
[TestClass]
public sealed class ServerSpanTests : StackTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    protected override IReadOnlyList<string> Touches => ["gateway", "mkdocs"];

    [TestMethod]
    [Scenario("OBS-03")]
    public async Task An_answer_of_500_is_an_error_in_the_spans_of_all_who_handed_it_on()
    {
        await using var fault = await Stack.Faults.SetAsync("mkdocs", "status=500&path=/broken", Cancel);
        using var trace = Stack.StartTrace("an error");
        using var response = await Stack.Gateway.GetAsync("/docs/broken?token=hidden", Cancel);
        Assert.AreEqual(HttpStatusCode.InternalServerError, response.StatusCode);

        var spans = await trace.CompleteAsync(
            new(TestTelemetry.ServiceName, "an error", ActivityKind.Internal,
                new ExpectedSpan("gateway", "GET /docs/{**rest}", ActivityKind.Server,
                    new ExpectedSpan("gateway", "GET", ActivityKind.Client,
                        new ExpectedSpan("mkdocs", "GET", ActivityKind.Server)
                            .With("http.response.status_code", "500").With("error.type", "500").With("url.path", "/broken"))
                        .With("http.response.status_code", "500").With("error.type", "500"))
                    .With("http.response.status_code", "500").With("error.type", "500").With("network.protocol.version", "1.1").With("url.scheme")),
            Limit, Cancel);

        foreach (var span in spans.Where(static s => s.Kind is not ActivityKind.Internal))
        {
            Assert.IsTrue(span.IsError, $"{span.Service}'s {span.Name} does not say that it failed.");
            Assert.DoesNotContain("hidden", string.Join(' ', span.Attributes.Values), $"{span.Service}'s {span.Name} has what was in the query.");
        }
    }

    [TestMethod]
    [Scenario("OBS-01")]
    public async Task Consuls_checks_are_no_traces_and_a_callers_is()
    {
        using var trace = Stack.StartTrace("a check");
        using var response = await Stack.Gateway.GetAsync("/docs/health", Cancel);
        await trace.CompleteAsync(
            new(TestTelemetry.ServiceName, "a check", ActivityKind.Internal,
                new ExpectedSpan("gateway", "GET /docs/{**rest}", ActivityKind.Server,
                    new ExpectedSpan("gateway", "GET", ActivityKind.Client, new ExpectedSpan("mkdocs", "GET", ActivityKind.Server)))),
            Limit, Cancel);

        var checks = (await Stack.Telemetry.SpansOfAsync("mkdocs", Cancel))
            .Where(static s => s.Kind is ActivityKind.Server && s.ParentId.Length == 0 && s.Attributes.GetValueOrDefault("user_agent.original", string.Empty).Contains("Consul", StringComparison.Ordinal));
        Assert.IsEmpty(checks);
    }
}
