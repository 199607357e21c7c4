using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using XoeNovAi.Hosting.Testing.Spans;

namespace XoeNovAi.Hosting.Tests.Testing;

/// <summary>A trace drawn over time.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class TraceWaterfallTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [TestMethod]
    [Scenario("OBS-07")]
    public void Spans_stand_below_their_parents_as_long_as_they_took()
    {
        var rows = Draw([Seen("2", "1", "api", "GET <\u0001&>", 10, 30), Seen("1", "", "test", "a visit", 0, 100), Seen("3", "2", "db", "insert", 20, 10, isError: true)]);

        Assert.AreSequenceEqual(["test  a visit", "api  GET <&>", "db  insert"], rows.Select(static r => r.Name).ToList());
        Assert.AreSequenceEqual([8, 18, 28], rows.Select(static r => r.Indent).ToList());
        Assert.AreEqual(rows[0].Width * 0.3, rows[1].Width, 0.1);
        Assert.AreEqual(rows[0].X + (rows[0].Width * 0.2), rows[2].X, 0.1);
        Assert.AreNotEqual(rows[1].Color, rows[2].Color, "What failed is seen.");
    }

    [TestMethod]
    [Scenario("OBS-07")]
    public void An_orphan_is_drawn_and_nothing_is_said_to_be_nothing()
    {
        Assert.AreSequenceEqual(["db  insert"], Draw([Seen("3", "gone", "db", "insert", 20, 10)]).Select(static r => r.Name).ToList());
        Assert.Contains("No span has arrived.", ((IReadOnlyList<Span>)[]).ToWaterfall());
    }

    private static Span Seen(string id, string parent, string service, string name, int start, int took, bool isError = false)
        => new("t", id, parent, service, name, ActivityKind.Internal, isError, Begin.AddMilliseconds(start), TimeSpan.FromMilliseconds(took), new Dictionary<string, string> { ["a"] = "\"b\"" });

    private static List<(string Name, int Indent, double X, double Width, string Color)> Draw(IReadOnlyList<Span> spans)
    {
        XNamespace svg = "http://www.w3.org/2000/svg";
        return [.. XDocument.Parse(spans.ToWaterfall()).Root!.Elements(svg + "g").Select(row => (
            row.Element(svg + "text")!.Value,
            int.Parse(row.Element(svg + "text")!.Attribute("x")!.Value, CultureInfo.InvariantCulture),
            double.Parse(row.Element(svg + "rect")!.Attribute("x")!.Value, CultureInfo.InvariantCulture),
            double.Parse(row.Element(svg + "rect")!.Attribute("width")!.Value, CultureInfo.InvariantCulture),
            row.Element(svg + "rect")!.Attribute("fill")!.Value))];
    }
}
