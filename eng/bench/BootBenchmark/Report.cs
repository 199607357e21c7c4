using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace XoeNovAi.BootBenchmark;

/// <summary>Prints what was measured.</summary>
internal sealed class Report
{
    // Where there is no terminal, lines would be broken after 80.
    private const int Width = 140;
    private readonly Table _table = new Table().Border(TableBorder.Markdown).AddColumn("seconds").AddColumn("median").AddColumn("least").AddColumn("most").AddColumn("more than beside");
    private readonly Dictionary<string, double> _figures = [];

    public void Print(Measurements measured)
    {
        var plain = measured.Plain;
        Add("start to all healthy, podman", plain, static m => m.Start);
        Add("start to all healthy, AppHost", measured.AppHost, static m => m.Start, plain, "start to all healthy, more than podman");
        Add("stop to all gone, podman", plain, static m => m.Stop);
        Add("stop to all gone, AppHost", measured.AppHost, static m => m.Stop, plain, "stop to all gone, more than podman");
        Add("first answer through the gateway, podman", plain, static m => m.FirstAnswer!.Value);
        Add("first answer, AppHost process with dashboard", measured.Process, static m => m.FirstAnswer!.Value, plain, "first answer with the dashboard, more than podman");
        Add("all healthy, AppHost process with dashboard", measured.Process, static m => m.Start, plain);
        Add("SIGTERM to its end", measured.Process, static m => m.Stop, plain);
        Add("small model, start, this hosting", measured.Small, static m => m.Start);
        Add("small model, start, stock Aspire", measured.Stock, static m => m.Start, measured.Small);
        Add("small model, stop, this hosting", measured.Small, static m => m.Stop);
        Add("small model, stop, stock Aspire", measured.Stock, static m => m.Stop, measured.Small);
        AnsiConsole.Profile.Width = Width;
        AnsiConsole.Write(_table);
        if (measured.Process.Count > 0)
        {
            var memory = Sorted(measured.Process, static m => m.Megabytes!.Value);
            Console.WriteLine(Text($"Memory of the AppHost process with the dashboard on, resident when all was healthy: {MedianOf(memory):0} MB ({memory[0]:0} to {memory[^1]:0})."));
        }
    }

    /// <summary>Prints the figures that have a limit, by the names that eng/perf/limits.json has for them.</summary>
    public void PrintJson() => Console.WriteLine(JsonSerializer.Serialize(_figures));

    private void Add(string what, IReadOnlyList<Measurement> runs, Func<Measurement, TimeSpan> value, IReadOnlyList<Measurement>? beside = null, string? figure = null)
    {
        if (runs.Count == 0)
        {
            return;
        }

        var sorted = Sorted(runs, m => value(m).TotalSeconds);
        double? more = beside is null ? null : MedianOf(sorted) - MedianOf(Sorted(beside, m => value(m).TotalSeconds));
        if (figure is not null)
        {
            _figures[figure] = more!.Value;
        }

        _table.AddRow(
            what,
            Text($"{MedianOf(sorted):0.00}"),
            Text($"{sorted[0]:0.00}"),
            Text($"{sorted[^1]:0.00}"),
            more is null ? string.Empty : Text($"{more:+0.00;-0.00}"));
    }

    private static double[] Sorted(IReadOnlyList<Measurement> runs, Func<Measurement, double> value) => [.. runs.Select(value).Order()];

    private static double MedianOf(double[] sorted) => (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
