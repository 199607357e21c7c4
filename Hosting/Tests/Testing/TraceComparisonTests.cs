using System.Diagnostics;
using XoeNovAi.Hosting.Testing.Spans;

namespace XoeNovAi.Hosting.Tests.Testing;

/// <summary>Expected and seen spans side by side.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class TraceComparisonTests
{
    private static readonly ExpectedSpan Expected = new("test", "a visit", ActivityKind.Internal,
        new ExpectedSpan("api", "GET /", ActivityKind.Server,
            new ExpectedSpan("api", "postgresql", ActivityKind.Client).With("db.namespace", "books"),
            new ExpectedSpan("api", "redis", ActivityKind.Client),
            new ExpectedSpan("api", "CONNECT", ActivityKind.Client).Optional()));

    private static readonly Span[] Right =
    [
        Seen("1", "", "test", "a visit", ActivityKind.Internal),
        Seen("2", "1", "api", "GET /", ActivityKind.Server),
        Seen("3", "2", "api", "postgresql", ActivityKind.Client, ("db.namespace", "books")),
        Seen("4", "2", "api", "redis", ActivityKind.Client),
    ];

    [TestMethod]
    [Scenario("OBS-07")]
    public void What_is_as_expected_holds_and_shows_no_mark()
    {
        var comparison = TraceComparison.OfWhole(Right, Expected);

        Assert.IsTrue(comparison.Holds, $"{comparison}");
        Assert.AreEqual(
            """
                 expected                      seen
                 test 'a visit' Internal       test 'a visit' Internal
                   api 'GET /' Server            api 'GET /' Server
                     api 'postgresql' Client       api 'postgresql' Client
                     api 'redis' Client            api 'redis' Client

            """.ReplaceLineEndings(),
            $"{comparison}");
    }

    [TestMethod]
    [Scenario("OBS-07")]
    public void Who_wants_more_or_must_be_there_goes_first()
    {
        var redis = new ExpectedSpan("api", "redis", ActivityKind.Client);
        var expected = new ExpectedSpan("test", "a visit", ActivityKind.Internal, redis.Optional(), redis, redis.With("key", "b"));

        var both = TraceComparison.OfWhole([Right[0], Seen("2", "1", "api", "redis", ActivityKind.Client, ("key", "b")), Seen("3", "1", "api", "redis", ActivityKind.Client, ("key", "a"))], expected);
        var one = TraceComparison.OfWhole([Right[0], Seen("3", "1", "api", "redis", ActivityKind.Client, ("key", "a"))], expected);

        Assert.IsTrue(both.Holds, $"{both}");
        Assert.IsFalse(one.Holds, $"{one}");
    }

    [TestMethod]
    [Scenario("OBS-07")]
    public void A_missing_an_orphaned_a_wrong_and_a_surplus_span_are_each_marked()
    {
        Span[] seen =
        [
            Right[0], Right[1],
            Right[2] with { Attributes = new Dictionary<string, string> { ["db.namespace"] = "films" } },
            Seen("5", "2", "api", "kafka", ActivityKind.Producer),
            Seen("6", "9", "worker", "lost", ActivityKind.Consumer),
        ];

        var comparison = TraceComparison.OfWhole(seen, Expected);

        Assert.IsFalse(comparison.Holds);
        Assert.AreEqual(
            """
                 expected                      seen
                 test 'a visit' Internal       test 'a visit' Internal
                   api 'GET /' Server            api 'GET /' Server
              !      api 'postgresql' Client       api 'postgresql' Client
                                                     has db.namespace 'films' and not 'books'
              -      api 'redis' Client
              +                                    api 'kafka' Producer
              ?                                worker 'lost' Consumer (its parent 9 is not there)

            """.ReplaceLineEndings(),
            $"{comparison}");
    }

    [TestMethod]
    [Scenario("OBS-07")]
    public void Kind_failure_and_a_missing_attribute_are_said()
    {
        var expected = new ExpectedSpan("api", "GET /", ActivityKind.Server).With("http.route").Failed();

        var text = TraceComparison.OfWhole([Seen("1", "", "api", "GET /", ActivityKind.Client, ("url.path", "/"))], expected).ToString();

        Assert.Contains("is Client and not Server", text);
        Assert.Contains("has not failed", text);
        Assert.Contains("has no http.route; it has url.path", text);
    }

    [TestMethod]
    [Scenario("OBS-07")]
    public void Of_several_alike_each_is_the_one_that_fits()
    {
        var expected = new ExpectedSpan("test", "a visit", ActivityKind.Internal,
            new ExpectedSpan("api", "redis", ActivityKind.Client).With("key", "b"),
            new ExpectedSpan("api", "redis", ActivityKind.Client).With("key", "a"),
            new ExpectedSpan("api", "send", ActivityKind.Producer, new ExpectedSpan("worker", "process", ActivityKind.Consumer)),
            new ExpectedSpan("api", "send", ActivityKind.Producer));
        Span[] seen =
        [
            Right[0],
            Seen("2", "1", "api", "redis", ActivityKind.Client, ("key", "a")), Seen("3", "1", "api", "redis", ActivityKind.Client, ("key", "b")),
            Seen("4", "1", "api", "send", ActivityKind.Producer), Seen("5", "1", "api", "send", ActivityKind.Producer), Seen("6", "5", "worker", "process", ActivityKind.Consumer),
        ];

        Assert.IsTrue(TraceComparison.OfWhole(seen, expected).Holds, $"{TraceComparison.OfWhole(seen, expected)}");
    }

    [TestMethod]
    [Scenario("OBS-07")]
    public void An_order_holds_only_where_it_is_asked_for()
    {
        var expected = new ExpectedSpan("test", "a visit", ActivityKind.Internal, new ExpectedSpan("api", "second", ActivityKind.Client), new ExpectedSpan("api", "first", ActivityKind.Client));
        Span[] seen = [Right[0], Seen("2", "1", "api", "first", ActivityKind.Client), Seen("3", "1", "api", "second", ActivityKind.Client)];

        Assert.IsTrue(TraceComparison.OfWhole(seen, expected).Holds);
        Assert.Contains("begins before the one above it", TraceComparison.OfWhole(seen, expected.InOrder()).ToString());
    }

    [TestMethod]
    [Scenario("OBS-07")]
    public void Parts_may_be_anywhere_and_others_beside_them()
    {
        Assert.IsTrue(TraceComparison.OfParts(Right, [new("api", "redis", ActivityKind.Client), new("api|api-2", "GET /", ActivityKind.Server)]).Holds);
        Assert.IsFalse(TraceComparison.OfParts(Right, [new("api", "kafka", ActivityKind.Client)]).Holds);
        Assert.IsFalse(TraceComparison.OfParts([.. Right, Seen("6", "9", "worker", "lost", ActivityKind.Consumer)], [new("api", "redis", ActivityKind.Client)]).Holds, "an orphan is one of the trace");
    }

    [TestMethod]
    [Scenario("OBS-07")]
    public void What_the_tests_own_clients_do_in_between_is_left_out()
    {
        Span[] seen = [Right[0], Seen("8", "1", "test", "GET", ActivityKind.Client), Right[1] with { ParentId = "8" }, .. Right[2..], Seen("9", "7", "test", "GET", ActivityKind.Client)];

        Assert.IsTrue(TraceComparison.OfWhole(SpanTree.WithoutClients(seen, "test"), Expected).Holds);
    }

    // Each begins a millisecond after the one with the number before.
    private static Span Seen(string id, string parent, string service, string name, ActivityKind kind, params (string Name, string Value)[] attributes) =>
        new("t", id, parent, service, name, kind, false, DateTimeOffset.UnixEpoch.AddMilliseconds(id[0]), TimeSpan.FromMilliseconds(1), attributes.ToDictionary(static a => a.Name, static a => a.Value));
}
