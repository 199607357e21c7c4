using System.Xml.Linq;

namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>The portable tests, run by a process of their own against a gateway.</summary>
/// <param name="ExitCode">The process's exit code.</param>
/// <param name="Said">What it said at the end.</param>
/// <param name="Passed">The tests that passed, by class and name.</param>
/// <param name="Failed">Those that did not, with what they said.</param>
internal sealed record AttachedRun(int ExitCode, string Said, IReadOnlyList<string> Passed, IReadOnlyDictionary<string, string> Failed)
{
    private const string ReportName = "attached.trx";

    /// <summary>Runs them.</summary>
    /// <param name="gateway">The gateway's address, or what is given for one.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <param name="settings">What else its environment has.</param>
    public static async Task<AttachedRun> RunAsync(string gateway, CancellationToken cancellationToken, params (string Name, string Value)[] settings)
    {
        var results = Directory.CreateTempSubdirectory("xoe-novai-attached-");
        try
        {
            var run = await DotnetHost.RunAsync(
                typeof(AttachedRun).Assembly.Location,
                ["--report-trx", "--report-trx-filename", ReportName, "--results-directory", results.FullName],
                settings.Append((Name: Attachment.GatewayVariable, Value: gateway)).ToDictionary(static s => s.Name, static s => (string?)s.Value),
                cancellationToken);
            var outcomes = Read(Path.Combine(results.FullName, ReportName));
            return new(
                run.ExitCode,
                run.StandardOutput + run.StandardError,
                [.. outcomes.Where(static o => o.Outcome == "Passed").Select(static o => o.Test)],
                outcomes.Where(static o => o.Outcome != "Passed").ToDictionary(static o => o.Test, static o => $"{o.Outcome}: {o.Message}", StringComparer.Ordinal));
        }
        finally
        {
            results.Delete(recursive: true);
        }
    }

    private static IReadOnlyList<(string Test, string Outcome, string Message)> Read(string file)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        var report = XDocument.Load(file).Root!;
        var space = report.Name.Namespace;
        return [.. report.Descendants(space + "UnitTestResult").Select(r => (
            r.Attribute("testName")!.Value,
            r.Attribute("outcome")!.Value,
            r.Descendants(space + "Message").FirstOrDefault()?.Value.ReplaceLineEndings(" ") ?? string.Empty))];
    }
}
