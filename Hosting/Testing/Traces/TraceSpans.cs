using System.Globalization;
using XoeNovAi.Hosting.Testing.Dashboard;
using XoeNovAi.Hosting.Testing.Spans;

namespace XoeNovAi.Hosting.Testing.Traces;

/// <summary>The spans of a trace that is complete, and what can be asked of them.</summary>
public sealed class TraceSpans
{
    private readonly TelemetryApi _received;

    internal TraceSpans(string traceId, IReadOnlyList<Span> all, TelemetryApi received)
    {
        TraceId = traceId;
        All = all;
        _received = received;
    }

    /// <summary>The trace they belong to.</summary>
    public string TraceId { get; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Span> All { get; }

    /// <summary>From the beginning of the first to the end of the last.</summary>
    public TimeSpan Duration => All.Max(static span => span.End) - All.Min(static span => span.Start);

    /// <summary>The one span of that service and name.</summary>
    /// <param name="service">Who sent it.</param>
    /// <param name="name">What it is called.</param>
    /// <exception cref="TraceAssertionException">There is none, or more than one.</exception>
    public Span Find(string service, string name)
    {
        var found = All.Where(span => span.Service == service && span.Name == name).ToList();
        return found.Count == 1 ? found[0] : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"There are {found.Count} spans {service} '{name}' and not one."), found);
    }

    /// <summary>No span says that it failed.</summary>
    /// <exception cref="TraceAssertionException">One does.</exception>
    public TraceSpans ShouldHaveNoErrors() => ShouldHaveNone("has failed", static span => span.IsError);

    /// <summary>Nothing of the trace is a service's.</summary>
    /// <param name="service">The service that is not to be called.</param>
    /// <exception cref="TraceAssertionException">It was called.</exception>
    public TraceSpans ShouldNotCall(string service) => ShouldHaveNone($"is of {service}", span => span.Service == service);

    /// <summary>No span does the same as others below the same parent: a query in a loop.</summary>
    /// <param name="most">How often the same may be done.</param>
    /// <exception cref="TraceAssertionException">One is done more often.</exception>
    public TraceSpans ShouldNotRepeat(int most = 1)
    {
        var repeated = All.GroupBy(static span => (span.ParentId, span.Service, span.Name, span.Kind, What: What(span))).Where(same => same.Count() > most).SelectMany(static same => same).ToHashSet();
        return ShouldHaveNone(string.Create(CultureInfo.InvariantCulture, $"is done more than {most} times by the same"), repeated.Contains);
    }

    /// <summary>The log lines that carry the trace's id, each behind the name of its service, as received so far.</summary>
    /// <param name="cancellationToken">Ends the wait for the dashboard.</param>
    public Task<IReadOnlyList<string>> LogsAsync(CancellationToken cancellationToken = default) => _received.LogsAsync(TraceId, cancellationToken);

    private static string What(Span span) => string.Join(' ', ((string[])["db.query.text", "db.statement", "db.operation.name", "url.full", "url.path"]).Select(name => span.Attributes.GetValueOrDefault(name)));

    private TraceSpans ShouldHaveNone(string what, Func<Span, bool> isWrong) =>
        All.Where(isWrong).ToList() is { Count: > 0 } wrong ? throw Wrong(string.Create(CultureInfo.InvariantCulture, $"{wrong[0]} {what}."), wrong) : this;

    private TraceAssertionException Wrong(string what, List<Span> marked) => new($"{what} Trace {TraceId}:{Environment.NewLine}{SpanTree.Draw(All, marked)}");
}
