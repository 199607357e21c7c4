using System.Globalization;
using System.Security;
using System.Text;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>The reachability matrix as a picture: who sends stands above, who is to be reached on the left.</summary>
internal static class MatrixPicture
{
    private const int Cell = 22;
    private const int Left = 250;
    private const int Top = 150;
    private static readonly Dictionary<PictureCell, (string Colour, string Meaning)> Legend = new()
    {
        [PictureCell.Reached] = ("#3a9d5d", "reached, as declared"),
        [PictureCell.Apart] = ("#dfe3e8", "kept apart, as declared"),
        [PictureCell.Wrong] = ("#d6293e", "not as declared"),
        [PictureCell.Own] = ("#9aa4b0", "its own address"),
    };

    /// <summary>Draws it.</summary>
    /// <param name="columns">Who sends.</param>
    /// <param name="rows">Who is to be reached, with a cell and what it is about for each column.</param>
    public static string Draw(IReadOnlyList<string> columns, IReadOnlyList<(string Name, IReadOnlyList<(PictureCell Cell, string Title)> Cells)> rows)
    {
        var width = Left + (columns.Count * Cell) + 80;
        var height = Top + (rows.Count * Cell) + 40;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">");
        svg.AppendLine("  <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        svg.AppendLine("  <text x=\"12\" y=\"20\" fill=\"#57606a\">Columns send, rows are to be reached.</text>");
        foreach (var (column, x) in columns.Select(static (c, i) => (c, Left + (i * Cell) + (Cell / 2) + 4)))
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"  <text transform=\"translate({x},{Top - 8}) rotate(-50)\">{SecurityElement.Escape(column)}</text>");
        }

        foreach (var (row, y) in rows.Select(static (r, i) => (r, Top + (i * Cell))))
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"  <text x=\"{Left - 8}\" y=\"{y + 15}\" text-anchor=\"end\">{SecurityElement.Escape(row.Name)}</text>");
            foreach (var ((cell, title), x) in row.Cells.Select(static (c, i) => (c, Left + (i * Cell))))
            {
                svg.AppendLine(CultureInfo.InvariantCulture, $"  <rect x=\"{x + 1}\" y=\"{y + 1}\" width=\"{Cell - 2}\" height=\"{Cell - 2}\" rx=\"3\" fill=\"{Legend[cell].Colour}\"><title>{SecurityElement.Escape(title)}</title></rect>");
            }
        }

        var at = 12;
        foreach (var (colour, meaning) in Legend.Values)
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"  <rect x=\"{at}\" y=\"{height - 26}\" width=\"12\" height=\"12\" rx=\"2\" fill=\"{colour}\"/><text x=\"{at + 17}\" y=\"{height - 16}\">{meaning}</text>");
            at += 35 + (meaning.Length * 7);
        }

        return svg.AppendLine("</svg>").ToString();
    }
}
