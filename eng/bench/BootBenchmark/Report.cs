using System.Globalization;
using Spectre.Console;

namespace XoeNovAi.BootBenchmark;

/// <summary>Prints what was measured.</summary>
internal static class Report
{
    private const double StartLimit = 1.0;
    private const double StopLimit = 0.7;

    public static void Table(IReadOnlyList<Measurement> appHost, IReadOnlyList<Measurement> plain, IReadOnlyList<Measurement> dashboard)
    {
        var table = new Table().Border(TableBorder.Markdown).AddColumn("seconds").AddColumn("median").AddColumn("min").AddColumn("max").AddColumn("against podman");
        var plainStart = new Series(plain.Select(static m => m.Start));
        var plainStop = new Series(plain.Select(static m => m.Stop));
        Add(table, "CreateAsync + Build", appHost.Select(static m => m.Build));
        Add(table, "start, AppHost", appHost.Select(static m => m.Start), plainStart, StartLimit);
        Add(table, "start, podman", plain.Select(static m => m.Start));
        Add(table, "… processors busy, AppHost", appHost.Select(static m => m.StartProcessor), new(plain.Select(static m => m.StartProcessor)));
        Add(table, "… processors busy, podman", plain.Select(static m => m.StartProcessor));
        Add(table, "stop, AppHost", appHost.Select(static m => m.Stop), plainStop, StopLimit);
        Add(table, "stop, podman", plain.Select(static m => m.Stop));
        if (dashboard.Count > 0)
        {
            Add(table, "start, AppHost with dashboard", dashboard.Select(static m => m.Start), plainStart);
            Add(table, "… processors busy", dashboard.Select(static m => m.StartProcessor));
            Add(table, "… first answer through the gateway", dashboard.Select(static m => m.FirstAnswer!.Value));
            Add(table, "… its first span in the dashboard", dashboard.Select(static m => m.FirstSpan!.Value));
            Add(table, "stop, AppHost with dashboard", dashboard.Select(static m => m.Stop), plainStop);
        }

        AnsiConsole.Write(table);
    }

    public static void Profile(string title, Measurement measurement)
    {
        Console.WriteLine();
        Console.WriteLine($"{title}: when each became what, in seconds from the start (the stop counts for itself)");
        foreach (var resource in measurement.Changes.GroupBy(static c => c.Resource).OrderBy(static g => g.Last().At))
        {
            Console.WriteLine($"  {resource.Key,-18} {string.Join("  ", resource.Select(static c => string.Create(CultureInfo.InvariantCulture, $"{c.State} {c.At.TotalSeconds:0.00}")))}");
        }
    }

    private static void Add(Table table, string what, IEnumerable<TimeSpan> values, Series? plain = null, double? limit = null)
    {
        var series = new Series(values);
        var comparison = plain is null
            ? string.Empty
            : Text($"{series.Median - plain.Median:+0.00;-0.00} ×{series.Median / plain.Median:0.0}") + (limit is { } l ? Text($" (limit +{l:0.0})") : string.Empty);
        table.AddRow(what, Text($"{series.Median:0.00}"), Text($"{series.Least:0.00}"), Text($"{series.Most:0.00}"), comparison);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
