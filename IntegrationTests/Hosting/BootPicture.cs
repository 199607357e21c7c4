using System.Globalization;
using System.Security;
using System.Text;

namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>How the resources came up, over time: a row each, in the order in which they were healthy.</summary>
internal static class BootPicture
{
    private const int Left = 170;
    private const int Width = 760;
    private const int Row = 22;
    private const int Top = 40;
    private static readonly (string Colour, string Meaning)[] Legend = [("#c9ced6", "waits"), ("#d9a441", "starts"), ("#5b8fd6", "runs"), ("#3a9d5d", "healthy")];

    /// <summary>Draws the changes up to the moment at which the last one was healthy.</summary>
    public static string Draw(IReadOnlyList<StateChange> changes)
    {
        var begin = changes.Min(static c => c.At);
        var rows = changes.GroupBy(static c => c.Resource).Where(static g => g.Any(static c => c.IsHealthy)).OrderBy(static g => g.First(static c => c.IsHealthy).At).ToList();
        var whole = (rows.Max(static r => r.First(static c => c.IsHealthy).At) - begin).TotalSeconds;
        var height = Top + (rows.Count * Row) + 40;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Width + 60}\" height=\"{height}\" viewBox=\"0 0 {Left + Width + 60} {height}\" font-family=\"sans-serif\" font-size=\"12\">");
        svg.AppendLine("  <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"  <text x=\"12\" y=\"20\" fill=\"#57606a\">From the first event until the last of {rows.Count} was healthy: {whole:0.0} s</text>");
        foreach (var (at, row) in rows.Index())
        {
            var y = Top + (at * Row);
            var healthy = row.First(static c => c.IsHealthy).At;
            svg.AppendLine(CultureInfo.InvariantCulture, $"  <text x=\"{Left - 8}\" y=\"{y + 15}\" text-anchor=\"end\">{SecurityElement.Escape(row.Key.Name)}</text>");
            var steps = row.TakeWhile(c => c.At <= healthy).ToList();
            foreach (var (index, step) in steps.Index())
            {
                var (from, to) = (X(step.At), index + 1 < steps.Count ? X(steps[index + 1].At) : Left + Width);
                svg.AppendLine(CultureInfo.InvariantCulture, $"  <rect x=\"{from:0.#}\" y=\"{y + 3}\" width=\"{Math.Max(to - from, 1):0.#}\" height=\"{Row - 6}\" fill=\"{Legend[PhaseOf(step)].Colour}\"><title>{SecurityElement.Escape(step.ToString())}</title></rect>");
            }

            svg.AppendLine(CultureInfo.InvariantCulture, $"  <text x=\"{Left + Width + 6}\" y=\"{y + 15}\" fill=\"#57606a\">{(healthy - begin).TotalSeconds:0.0} s</text>");
        }

        foreach (var (index, (colour, meaning)) in Legend.Index())
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"  <rect x=\"{Left + (index * 110)}\" y=\"{height - 26}\" width=\"12\" height=\"12\" rx=\"2\" fill=\"{colour}\"/><text x=\"{Left + (index * 110) + 17}\" y=\"{height - 16}\">{meaning}</text>");
        }

        return svg.AppendLine("</svg>").ToString();

        double X(DateTimeOffset moment) => Left + ((moment - begin).TotalSeconds / whole * Width);
    }

    private static int PhaseOf(StateChange change)
        => change.IsHealthy ? 3 : change.State == KnownResourceStates.Running ? 2 : change.State == KnownResourceStates.Starting ? 1 : 0;
}
