using System.Globalization;
using System.Net;
using System.Text;
using XoeNovAi.Report.Runs;

namespace XoeNovAi.Report.Pages;

/// <summary>A run as one page that needs nothing beside itself.</summary>
internal static class HtmlPage
{
    private const int Slowest = 15;

    public static string Of(RunReport report)
    {
        var page = new StringBuilder();
        Head(page, report);
        Failed(page, report);
        Scenarios(page, report);
        Areas(page, report);
        Figures.Add(page, report);
        Pictures(page, report);
        BenchmarkSection.Add(page, report);
        CoverageSection.Add(page, report);
        PlantSection.Add(page, report);
        SoakSection.Add(page, report);
        Flaky(page, report);
        SlowestTests(page, report);
        AllTests(page, report);
        page.Append("</main></body></html>");
        return page.ToString();
    }

    private static void Head(StringBuilder page, RunReport report)
    {
        using var styles = new StreamReader(typeof(HtmlPage).Assembly.GetManifestResourceStream("XoeNovAi.Report.Pages.report.css")!);
        var passed = report.Tests.Count(static t => t.Outcome is Outcome.Passed);
        var verdict = Encode(report.Verdict);
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .Append("<meta name=\"color-scheme\" content=\"light dark\"><title>").Append(verdict).Append("</title><style>").Append(styles.ReadToEnd()).Append("</style></head><body><main>")
            .Append("<header class=\"").Append(report.IsPassed ? "passed" : "failed").Append("\"><h1>").Append(verdict).Append("</h1><p>")
            .Append(Text($"{passed} passed, {report.Failed.Count} failed, {report.Tests.Count - passed - report.Failed.Count} skipped in {report.Took.TotalMinutes:0.0} min, begun {report.Projects.Select(static p => p.Started).DefaultIfEmpty().Min():yyyy-MM-dd HH:mm} UTC"))
            .Append("</p><dl>");
        foreach (var (name, value) in report.Facts)
        {
            page.Append("<div><dt>").Append(Encode(name)).Append("</dt><dd>").Append(Encode(value)).Append("</dd></div>");
        }

        page.Append("</dl><nav>");
        if (report.Failed.Count > 0)
        {
            page.Append("<a href=\"#failed\">Failed</a>");
        }

        foreach (var (anchor, title) in (ReadOnlySpan<(string, string)>)[("scenarios", "Scenarios"), ("areas", "Areas"), ("figures", "Figures"), ("pictures", "Pictures"), ("benchmarks", "Benchmarks"), ("coverage", "Coverage"), ("plants", "Planted faults"), ("soak", "Again and again"), ("flaky", "Flaky"), ("slowest", "Slowest"), ("tests", "All tests")])
        {
            if (anchor == "pictures" && PicturesOf(report).Count == 0)
            {
                continue;
            }

            page.Append("<a href=\"#").Append(anchor).Append("\">").Append(title).Append("</a>");
        }

        page.Append("</nav></header>");
    }

    private static void Failed(StringBuilder page, RunReport report)
    {
        if (report.Failed.Count == 0)
        {
            return;
        }

        Section(page, "failed", "Failed");
        foreach (var test in report.Failed)
        {
            page.Append("<article class=\"failed\"><h3>").Append(Encode(test.Name)).Append("</h3><p class=\"where\">").Append(Encode(test.Class)).Append(string.Concat(test.Scenarios.Select(static s => $" <a href=\"#{s}\">{s}</a>"))).Append("</p><pre>")
                .Append(Encode(test.Message ?? string.Empty)).Append("</pre>");
            foreach (var picture in test.Files.Where(f => IsPicture(report, f)))
            {
                Picture(page, report, picture, isOpen: true);
            }

            Output(page, test);
            page.Append("<p>Again: <code>").Append(Encode(test.Rerun)).Append("</code></p></article>");
        }

        page.Append("</section>");
    }

    private static void Scenarios(StringBuilder page, RunReport report)
    {
        Section(page, "scenarios", "Scenarios");
        var covered = report.Scenarios.Count(s => report.Of(s).Count > 0);
        page.Append("<p>").Append(Text($"{covered} of {report.Scenarios.Count} scenarios of the catalogue have tests in this run ({(report.Scenarios.Count == 0 ? 0 : 100.0 * covered / report.Scenarios.Count):0} %).")).Append("</p>");
        foreach (var group in report.Scenarios.GroupBy(static s => s.Group))
        {
            page.Append("<h3>").Append(Encode(group.Key)).Append("</h3><div class=\"scroll\"><table><thead><tr><th>id</th><th>must prove</th><th class=\"n\">tests</th><th class=\"n\">s</th></tr></thead><tbody>");
            foreach (var scenario in group)
            {
                var tests = report.Of(scenario);
                page.Append("<tr id=\"").Append(scenario.Id).Append("\" class=\"").Append(StateOf(tests)).Append("\"><td>").Append(scenario.Id).Append("</td><td>").Append(Encode(scenario.Text));
                Tests(page, tests);
                page.Append("</td><td class=\"n\">").Append(Text($"{tests.Count(static t => t.Outcome is Outcome.Passed)}/{tests.Count}")).Append("</td><td class=\"n\">").Append(Text($"{tests.Sum(static t => t.Seconds):0.0}")).Append("</td></tr>");
            }

            page.Append("</tbody></table></div>");
        }

        page.Append("</section>");
    }

    private static string StateOf(IReadOnlyList<TestRecord> tests)
        => tests.Count == 0 ? "none" : tests.All(static t => t.Outcome is Outcome.Passed) ? "passed" : "failed";

    private static void Tests(StringBuilder page, IReadOnlyList<TestRecord> tests)
    {
        if (tests.Count == 0)
        {
            return;
        }

        page.Append("<details><summary>").Append(Text($"{tests.Count} {(tests.Count == 1 ? "test" : "tests")}")).Append("</summary><ul>");
        foreach (var test in tests)
        {
            page.Append("<li class=\"").Append(ClassOf(test)).Append("\">").Append(Encode(test.Name)).Append(Text($" <span>{test.Seconds:0.00} s</span></li>"));
        }

        page.Append("</ul></details>");
    }

    private static void Areas(StringBuilder page, RunReport report)
    {
        Section(page, "areas", "Areas");
        page.Append("<div class=\"scroll\"><table><thead><tr><th>project</th><th>area</th><th class=\"n\">tests</th><th class=\"n\">failed</th><th class=\"n\">s</th></tr></thead><tbody>");
        foreach (var area in report.Tests.GroupBy(static t => (t.Project, t.Area)).OrderBy(static g => g.Key))
        {
            var failed = area.Count(static t => t.Outcome is Outcome.Failed);
            page.Append("<tr class=\"").Append(failed == 0 ? "passed" : "failed").Append("\"><td>").Append(Encode(area.Key.Project)).Append("</td><td>").Append(Encode(area.Key.Area)).Append("</td>")
                .Append(Text($"<td class=\"n\">{area.Count()}</td><td class=\"n\">{failed}</td><td class=\"n\">{area.Sum(static t => t.Seconds):0.0}</td></tr>"));
        }

        page.Append("</tbody></table></div></section>");
    }

    private static void Pictures(StringBuilder page, RunReport report)
    {
        var pictures = PicturesOf(report);
        if (pictures.Count == 0)
        {
            return;
        }

        Section(page, "pictures", "Pictures");
        foreach (var picture in pictures)
        {
            Picture(page, report, picture, isOpen: false);
        }

        page.Append("</section>");
    }

    // Those of failed tests stand with the failure.
    private static List<string> PicturesOf(RunReport report)
        => [.. report.Tests.Where(static t => t.Outcome is Outcome.Passed).SelectMany(static t => t.Files).Distinct(StringComparer.Ordinal).Where(f => IsPicture(report, f))];

    private static bool IsPicture(RunReport report, string file) => Path.GetExtension(file) is ".svg" or ".png" && File.Exists(Path.Combine(report.Folder, file));

    private static void Picture(StringBuilder page, RunReport report, string file, bool isOpen)
        => page.Append("<details").Append(isOpen ? " open" : string.Empty).Append("><summary>").Append(Encode(file)).Append("</summary><img loading=\"lazy\" alt=\"").Append(Encode(file)).Append("\" src=\"data:image/")
            .Append(Path.GetExtension(file) == ".svg" ? "svg+xml" : "png").Append(";base64,").Append(Convert.ToBase64String(File.ReadAllBytes(Path.Combine(report.Folder, file)))).Append("\"></details>");

    private static void Flaky(StringBuilder page, RunReport report)
    {
        Section(page, "flaky", "Flaky");
        var flaky = report.Flaky;
        page.Append("<p>").Append(Text($"Tests that did not always end the same way in this run and the {report.Earlier.Count} before it, the oldest first: ")).Append(flaky.Count == 0 ? "none." : string.Empty).Append("</p><ul class=\"flaky\">");
        foreach (var (id, outcomes) in flaky)
        {
            page.Append("<li><span class=\"strip\">").Append(string.Concat(outcomes.Select(static o => $"<i class=\"{(o is Outcome.Passed ? "passed" : "failed")}\" title=\"{o}\"></i>"))).Append("</span> ").Append(Encode(id)).Append("</li>");
        }

        page.Append("</ul></section>");
    }

    private static void SlowestTests(StringBuilder page, RunReport report)
    {
        Section(page, "slowest", "Slowest");
        page.Append("<ol>");
        foreach (var test in report.Tests.OrderByDescending(static t => t.Seconds).Take(Slowest))
        {
            page.Append(Text($"<li><span>{test.Seconds:0.0} s</span> ")).Append(Encode(test.Id)).Append("</li>");
        }

        page.Append("</ol></section>");
    }

    private static void AllTests(StringBuilder page, RunReport report)
    {
        Section(page, "tests", "All tests");
        foreach (var tests in report.Tests.GroupBy(static t => t.Class).OrderBy(static g => g.Key, StringComparer.Ordinal))
        {
            page.Append("<details><summary class=\"").Append(StateOf([.. tests])).Append("\">").Append(Encode(tests.Key)).Append(Text($" <span>{tests.Count()}, {tests.Sum(static t => t.Seconds):0.0} s</span></summary><ul>"));
            foreach (var test in tests)
            {
                page.Append("<li class=\"").Append(ClassOf(test)).Append("\">").Append(Encode(test.Name)).Append(Text($" <span>{test.Seconds:0.00} s</span>"));
                Output(page, test);
                page.Append("</li>");
            }

            page.Append("</ul></details>");
        }

        page.Append("</section>");
    }

    private static void Output(StringBuilder page, TestRecord test)
    {
        if (!string.IsNullOrWhiteSpace(test.Output))
        {
            page.Append("<details><summary>what it wrote</summary><pre>").Append(Encode(test.Output)).Append("</pre></details>");
        }
    }

    private static void Section(StringBuilder page, string anchor, string title)
        => page.Append("<section id=\"").Append(anchor).Append("\"><h2>").Append(title).Append("</h2>");

    private static string ClassOf(TestRecord test) => test.Outcome is Outcome.Passed ? "passed" : test.Outcome is Outcome.Failed ? "failed" : "none";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
