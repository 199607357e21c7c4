using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace XoeNovAi.IntegrationTests.Dashboard;

/// <summary>What a person sees in the dashboard, in a real browser.</summary>
[TestClass]
public sealed partial class DashboardTests : StackTest
{
    private static readonly string[] Logging = ["rag-1", "gateway", "curation-worker", "postgres", "redis", "consul"];
    private const int NewestLines = 10;

    protected override IReadOnlyList<string> Touches => ["aspire-dashboard"];

    [TestMethod]
    [TestCategory("Quick")]
    [Scenario("OBS-05")]
    public async Task Every_resource_is_listed_running_and_healthy()
    {
        await using var browser = await DashboardBrowser.OpenAsync(Stack, Cancel);
        var page = browser.Page;
        foreach (var resource in Stack.Model.Shown)
        {
            var row = page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByText(resource, new() { Exact = true }) });
            await Assertions.Expect(row).ToContainTextAsync("Running", new() { Timeout = Browser.Patience });
            await Assertions.Expect(row).Not.ToContainTextAsync("Unhealthy");
        }

        await browser.ShowAsync("resources", TestContext);
    }

    [TestMethod]
    [Scenario("OBS-05")]
    public async Task The_logs_of_each_resource_are_shown()
    {
        await using var browser = await DashboardBrowser.OpenAsync(Stack, Cancel);
        foreach (var resource in Logging)
        {
            // The newest lines: of a long log the page holds only what it shows.
            var phrases = (await Stack.Logs.TailAsync(resource, NewestLines)).Select(static line => Phrase().Match(line).Value).Where(static phrase => phrase.Length > 0).Distinct().ToList();
            Assert.IsNotEmpty(phrases, $"{resource} has logged no words.");
            await browser.GoToAsync($"/consolelogs/resource/{resource}");
            var shown = phrases.Select(phrase => browser.Page.GetByText(phrase)).Aggregate(static (one, other) => one.Or(other)).First;
            await Assertions.Expect(shown).ToBeVisibleAsync(new() { Timeout = Browser.Patience });
        }

        await browser.ShowAsync("logs", TestContext);
    }

    [TestMethod]
    [Scenario("OBS-05")]
    [Scenario("OBS-01")]
    public async Task A_request_through_the_gateway_is_shown_as_one_trace()
    {
        using var content = new StringContent(JsonSerializer.Serialize(new { query = "What does the dashboard show?" }), Encoding.UTF8, "application/json");
        using var response = await Stack.Gateway.PostAsync(new Uri("/xnai/api/v1/query", UriKind.Relative), content, Cancel);
        response.EnsureSuccessStatusCode();
        await using var browser = await DashboardBrowser.OpenAsync(Stack, Cancel);
        await browser.GoToAsync($"/traces/detail/{Trace.TraceId}");
        foreach (var service in (string[])["gateway", "rag", "curation-worker"])
        {
            await Assertions.Expect(browser.Page.GetByText(service).First).ToBeVisibleAsync(new() { Timeout = Browser.Patience });
        }

        await browser.ShowAsync("trace", TestContext);
    }

    [TestMethod]
    [Scenario("OBS-05")]
    [Scenario("SEC-03")]
    public async Task Secrets_are_not_shown_even_when_values_are_asked_for()
    {
        await using var browser = await DashboardBrowser.OpenAsync(Stack, Cancel);
        Assert.IsTrue(Stack.Application.ResourceNotifications.TryGetCurrentState("postgres", out var postgres));
        await browser.GoToAsync($"/?resource={postgres.ResourceId}");
        await Assertions.Expect(browser.Page.GetByText("POSTGRES_PASSWORD").First).ToBeVisibleAsync(new() { Timeout = Browser.Patience });
        var secret = new Npgsql.NpgsqlConnectionStringBuilder(await Stack.PostgresAsync(Cancel)).Password!;
        var hidden = browser.Page.GetByTitle("Show value");
        var shown = 0;
        while (await hidden.CountAsync() is var left and > 0)
        {
            await hidden.First.ClickAsync(new() { Timeout = Browser.Patience });

            // The page asks its server before it changes: the last one would be counted, and be gone when it is to be clicked.
            await Assertions.Expect(hidden).Not.ToHaveCountAsync(left, new() { Timeout = Browser.Patience });
            Assert.IsLessThan(100, ++shown, "Values do not stay shown.");
        }

        Assert.IsGreaterThan(0, shown, "No value was hidden, so none was asked for.");
        Assert.DoesNotContain(secret, await browser.Page.ContentAsync(), "The page shows PostgreSQL's password.");
    }

    [TestMethod]
    [Scenario("OBS-05")]
    public async Task Stop_and_start_do_what_they_say()
    {
        await using var browser = await DashboardBrowser.OpenAsync(Stack, Cancel);
        var page = browser.Page;
        var row = page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByText("rag-2", new() { Exact = true }) });
        try
        {
            await row.GetByTitle("Stop resource").First.ClickAsync(new() { Timeout = Browser.Patience });
            await Stack.Commands.EndedAsync("rag-2", TimeSpan.FromSeconds(30), Cancel);
            await Assertions.Expect(row).ToContainTextAsync("Exited", new() { Timeout = Browser.Patience });
            await row.GetByTitle("Start resource").First.ClickAsync(new() { Timeout = Browser.Patience });
            await Stack.Commands.HealthyAsync("rag-2", TimeSpan.FromSeconds(45), Cancel);
            await Assertions.Expect(row).ToContainTextAsync("Running", new() { Timeout = Browser.Patience });
        }
        catch
        {
            await Stack.Commands.StartAsync("rag-2", CancellationToken.None);
            throw;
        }
    }

    [TestMethod]
    [Scenario("SEC-05")]
    public async Task Without_the_token_nothing_is_shown()
    {
        var frontend = Stack.Application.GetEndpoint("aspire-dashboard", "http");
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = frontend };
        using var page = await client.GetAsync(new Uri("/", UriKind.Relative), Cancel);
        Assert.AreEqual("/login", page.Headers.Location is { } location ? new Uri(frontend, location).AbsolutePath : $"no redirect but {(int)page.StatusCode}");
        using var telemetry = await client.GetAsync(new Uri("/api/telemetry/traces", UriKind.Relative), Cancel);
        Assert.AreEqual(System.Net.HttpStatusCode.Unauthorized, telemetry.StatusCode);
    }

    // Words only: what surrounds them the page shows in other ways.
    [GeneratedRegex("[A-Za-z]{2,}(?: [A-Za-z]{2,})+")]
    private static partial Regex Phrase();
}
