using System.Globalization;
using Microsoft.Playwright;
using XoeNovAi.Report.Catalogue;
using XoeNovAi.Report.Pages;
using XoeNovAi.Report.Runs;

namespace XoeNovAi.IntegrationTests.Reporting;

/// <summary>The report as a person sees it, in a real browser: of two runs that are made up, with words in them that would do harm.</summary>
[TestClass]
public sealed class ReportPageTests
{
    private const string Hostile = "</pre><script>document.title='taken'</script><img src=\"http://192.0.2.1/x.png\"> & more";
    private const string Waterfall = "trace-0123.svg";
    private const double ReadableContrast = 4.5;
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly string _repository = Directory.CreateTempSubdirectory("xoe-novai-report-").FullName;

    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    [TestInitialize]
    public void MakeRepository()
    {
        foreach (var (file, text) in new[] { ("eng/setup", string.Empty), (ScenarioCatalogue.File, File.ReadAllText(Path.Combine(Repository.Root, ScenarioCatalogue.File))) })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_repository, file))!);
            File.WriteAllText(Path.Combine(_repository, file), text);
        }
    }

    [TestCleanup]
    public void RemoveRepository() => Directory.Delete(_repository, recursive: true);

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task A_failed_run_says_what_failed_how_it_looked_and_how_to_run_it_again_and_asks_nothing_of_a_network()
    {
        var folder = WriteRuns();
        await using var browser = await Browser.StartAsync(new() { ViewportSize = new() { Width = 1300, Height = 900 } }, Cancel);
        var page = browser.Page;
        var asked = new List<string>();
        var errors = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(new Uri(RunFolder.PageOf(folder)).AbsoluteUri);

        Assert.AreEqual("1 of 3 tests failed", await page.TitleAsync());
        var failed = page.Locator("#failed article");
        await Assertions.Expect(failed).ToHaveCountAsync(1);
        await Assertions.Expect(failed).ToContainTextAsync(Hostile);
        await Assertions.Expect(failed).ToContainTextAsync("dotnet test --project Some/Tests --filter \"FullyQualifiedName=Some.Tests.Area.Class.Breaks\"");
        Assert.IsGreaterThan(0, await failed.Locator("img").EvaluateAsync<int>("i => i.decode().then(() => i.naturalWidth)"), "The waterfall is drawn.");

        Assert.IsTrue(await page.EvaluateAsync<bool>("[...document.querySelectorAll('a[href^=\"#\"]')].every(a => document.getElementById(a.hash.slice(1)))"), "Every link leads somewhere.");
        await Assertions.Expect(page.Locator("#GATE-01")).ToHaveClassAsync("passed");
        await Assertions.Expect(page.Locator("#GATE-02")).ToHaveClassAsync("failed");
        await Assertions.Expect(page.Locator("#GATE-03")).ToHaveClassAsync("none");
        await Assertions.Expect(page.Locator("#flaky .strip i")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("#figures table")).ToContainTextAsync("12.5");
        await Assertions.Expect(page.Locator("#figures figure svg")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#figures")).ToContainTextAsync("Shaded: the one is killed (2.0 s).");
        await page.Locator("#failed summary", new() { HasText = "what it wrote" }).ClickAsync();
        await Assertions.Expect(failed).ToContainTextAsync("written by the test");
        await browser.ShowAsync("report-wide", TestContext);

        Assert.IsEmpty(errors);
        Assert.IsEmpty(asked.Where(static u => !u.StartsWith("file:", StringComparison.Ordinal) && !u.StartsWith("data:", StringComparison.Ordinal)).ToList());
        Assert.AreEqual(1, asked.Count(static u => u.StartsWith("file:", StringComparison.Ordinal)), "It is one file.");
    }

    [TestMethod]
    [DataRow(ColorScheme.Light)]
    [DataRow(ColorScheme.Dark)]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task It_is_read_on_a_phone_in_light_and_in_the_dark(ColorScheme scheme)
    {
        var folder = WriteRuns();
        await using var browser = await Browser.StartAsync(new() { ViewportSize = new() { Width = 390, Height = 844 }, ColorScheme = scheme }, Cancel);
        var page = browser.Page;
        await page.GotoAsync(new Uri(RunFolder.PageOf(folder)).AbsoluteUri);

        var wide = await page.EvaluateAsync<int>("document.scrollingElement.scrollWidth - window.innerWidth");
        Assert.IsLessThanOrEqualTo(0, wide, "Nothing is to be pushed sideways.");
        var (text, back) = (await LuminanceAsync(page, "color"), await LuminanceAsync(page, "backgroundColor"));
        Assert.AreEqual(scheme is ColorScheme.Dark, text > back, $"text {text:0.00}, background {back:0.00}");
        var contrast = (Math.Max(text, back) + 0.05) / (Math.Min(text, back) + 0.05);
        Assert.IsGreaterThanOrEqualTo(ReadableContrast, contrast);
        await browser.ShowAsync($"report-phone-{scheme.ToString().ToLowerInvariant()}", TestContext);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public void Of_more_than_ten_runs_the_last_ten_are_kept()
    {
        for (var run = 0; run < 12; run++)
        {
            Write(Noon.AddMinutes(run), []);
        }

        var kept = RunFolder.All(_repository);
        Assert.HasCount(10, kept);
        Assert.EndsWith("120200", kept[^1]);
    }

    // Relative luminance as WCAG 2 defines it, of what a browser computes for the page's body.
    private static async Task<double> LuminanceAsync(IPage page, string property)
    {
        var color = await page.EvaluateAsync<string>("property => getComputedStyle(document.body)[property]", property);
        var channels = color["rgb(".Length..].TrimEnd(')').Split(',').Select(static c => double.Parse(c, CultureInfo.InvariantCulture) / 255)
            .Select(static c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4)).ToArray();
        return (0.2126 * channels[0]) + (0.7152 * channels[1]) + (0.0722 * channels[2]);
    }

    private string WriteRuns()
    {
        Write(Noon, [Test("Breaks", Outcome.Passed, "GATE-02")]);
        var folder = Write(Noon.AddHours(1),
        [
            Test("Breaks", Outcome.Failed, "GATE-02") with { Message = Hostile, Output = $"written by the test {new string('x', 400)}", Files = [Waterfall] },
            Test("Holds", Outcome.Passed, "GATE-01") with { Files = ["GATE-01.json", "GATE-01.csv"] },
            Test("Holds_too", Outcome.Passed, "GATE-01"),
        ]);
        File.WriteAllText(Path.Combine(folder, Waterfall), """<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="40"><rect width="1000" height="40" fill="#3b6fb6"/></svg>""");
        var at = Noon.ToString("O", CultureInfo.InvariantCulture);
        File.WriteAllText(Path.Combine(folder, "GATE-01.csv"), $"kind,due,sent,ended,took_ms,instance,outcome\nGET,{at},{at},{at},12.5,rag-1,\"ok\"\nGET,{at},{at},{at},30.0,,\"502 gone\"\n");
        File.WriteAllText(
            Path.Combine(folder, "GATE-01.json"),
            $$$"""{"scenario":"GATE-01","distributions":{"requests":{"count":2,"least":12.5,"p50":12.5,"p90":30,"p99":30,"most":30}},"counts":{"lost":1},"faults":[{"name":"the one is killed","from":"{{{at}}}","to":"{{{Noon.AddSeconds(2):O}}}"}]}""");
        RunReport.Write(folder);
        return folder;
    }

    private string Write(DateTimeOffset begun, IReadOnlyList<TestRecord> tests)
    {
        var folder = Path.Combine(_repository, "artifacts", "report", begun.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        RunFolder.Make(folder);
        new ProjectRun("Some.Tests", begun, begun.AddMinutes(1), tests).Save(folder);
        RunReport.Write(folder);
        return folder;
    }

    private static TestRecord Test(string method, Outcome outcome, string scenario)
        => new("Some.Tests", "Area", "Some.Tests.Area.Class", method, method, outcome, Noon, 1.5, [scenario], null, null, []);
}
