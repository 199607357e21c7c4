using System.Globalization;
using ScottPlot;

namespace XoeNovAi.Report.Pages;

/// <summary>Draws the requests of a history, a table with the columns <c>kind,due,sent,ended,took_ms,instance,outcome</c>.</summary>
public static class HistoryPlot
{
    private const int Width = 900;
    private const int Height = 320;
    /// <summary>The first line of such a table.</summary>
    public const string Heading = "kind,due,sent,ended,took_ms,instance,outcome";

    /// <summary>An SVG; null when the table is another.</summary>
    /// <param name="file">The table.</param>
    /// <param name="faults">The faults that were in force meanwhile: each is shaded.</param>
    public static string? Of(string file, IReadOnlyList<Fault> faults)
    {
        using var lines = File.ReadLines(file).GetEnumerator();
        if (!lines.MoveNext() || lines.Current != Heading)
        {
            return null;
        }

        var requests = new List<(DateTimeOffset Sent, double Took, bool IsOk)>();
        while (lines.MoveNext())
        {
            var words = lines.Current.Split(',', 7);
            requests.Add((
                DateTimeOffset.Parse(words[2], CultureInfo.InvariantCulture), double.Parse(words[4], CultureInfo.InvariantCulture), words[6] == "\"ok\""));
        }

        if (requests.Count == 0)
        {
            return null;
        }

        var begin = requests.Min(static r => r.Sent);
        using var plot = new Plot();
        foreach (var fault in faults)
        {
            plot.Add.HorizontalSpan((fault.From - begin).TotalSeconds, (fault.To - begin).TotalSeconds, Colors.Orange.WithAlpha(0.25));
        }

        Points(plot, "answered", Colors.SteelBlue, 3, requests.Where(static r => r.IsOk), begin);
        Points(plot, "not", Colors.Red, 7, requests.Where(static r => !r.IsOk), begin);
        plot.Axes.Bottom.Label.Text = "s";
        plot.Axes.Left.Label.Text = "ms";
        plot.ShowLegend(Alignment.UpperRight);
        var svg = plot.GetSvgXml(Width, Height);
        return svg[svg.IndexOf("<svg", StringComparison.Ordinal)..];
    }

    private static void Points(Plot plot, string name, Color color, float size, IEnumerable<(DateTimeOffset Sent, double Took, bool IsOk)> requests, DateTimeOffset begin)
    {
        var points = requests.Select(r => new Coordinates((r.Sent - begin).TotalSeconds, r.Took)).ToList();
        if (points.Count > 0)
        {
            var drawn = plot.Add.Markers(points, MarkerShape.FilledCircle, size, color);
            drawn.LegendText = name;
        }
    }
}
