using System.Globalization;
using Spectre.Console;

namespace XoeNovAi.BootBenchmark;

/// <summary>Prints what was measured, and whether the limits hold.</summary>
internal sealed class Report
{
    private const double StartLimit = 1.5;
    private const double StopLimit = 0.7;
    private const double AnswerLimit = 5;

    // Where there is no terminal, lines would be broken after 80.
    private const int Width = 140;
    private readonly Table _table = new Table().Border(TableBorder.Markdown).AddColumn("seconds").AddColumn("median").AddColumn("least").AddColumn("most").AddColumn("more than beside").AddColumn("limit");

    /// <summary>Whether a limit is exceeded.</summary>
    public bool IsExceeded { get; private set; }

    public void Print(Measurements measured)
    {
        var plain = measured.Plain;
        Add("start to all healthy, podman", plain, static m => m.Start);
        Add("start to all healthy, AppHost", measured.AppHost, static m => m.Start, plain, StartLimit);
        Add("stop to all gone, podman", plain, static m => m.Stop);
        Add("stop to all gone, AppHost", measured.AppHost, static m => m.Stop, plain, StopLimit);
        Add("first answer through the gateway, podman", plain, static m => m.FirstAnswer!.Value);
        Add("first answer, AppHost process with dashboard", measured.Process, static m => m.FirstAnswer!.Value, plain, AnswerLimit);
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

        Console.WriteLine(IsExceeded ? "A limit is exceeded." : "All limits hold.");
    }

    private void Add(string what, IReadOnlyList<Measurement> runs, Func<Measurement, TimeSpan> value, IReadOnlyList<Measurement>? beside = null, double? limit = null)
    {
        if (runs.Count == 0)
        {
            return;
        }

        var sorted = Sorted(runs, m => value(m).TotalSeconds);
        double? more = beside is null ? null : MedianOf(sorted) - MedianOf(Sorted(beside, m => value(m).TotalSeconds));
        var exceeded = more > limit;
        IsExceeded |= exceeded;
        _table.AddRow(
            what,
            Text($"{MedianOf(sorted):0.00}"),
            Text($"{sorted[0]:0.00}"),
            Text($"{sorted[^1]:0.00}"),
            more is null ? string.Empty : Text($"{more:+0.00;-0.00}"),
            limit is null ? string.Empty : Text($"+{limit:0.0}{(exceeded ? " exceeded" : string.Empty)}"));
    }

    private static double[] Sorted(IReadOnlyList<Measurement> runs, Func<Measurement, double> value) => [.. runs.Select(value).Order()];

    private static double MedianOf(double[] sorted) => (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
