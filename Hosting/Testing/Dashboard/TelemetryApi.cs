using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using XoeNovAi.Hosting.Testing.Spans;

namespace XoeNovAi.Hosting.Testing.Dashboard;

/// <summary>What the dashboard has received, read from its telemetry API: OTLP as JSON.</summary>
internal sealed class TelemetryApi : IDisposable
{
    private const int Most = 10_000;
    private const int Error = 2;
    private const long NanosecondsPerTick = 100;
    private readonly HttpClient _http;

    public TelemetryApi(Uri dashboard, string apiKey)
    {
        _http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null, UseProxy = false }) { BaseAddress = dashboard };
        _http.DefaultRequestHeaders.Add("x-api-key", apiKey);
    }

    /// <summary>The spans of a trace received so far.</summary>
    public Task<IReadOnlyList<Span>> SpansAsync(string traceId, CancellationToken cancellationToken) => ReadAsync($"spans?traceId={traceId}", ReadSpans, cancellationToken);

    /// <summary>The spans of a resource received so far.</summary>
    public Task<IReadOnlyList<Span>> SpansOfAsync(string resource, CancellationToken cancellationToken) => ReadAsync($"spans?resource={resource}", ReadSpans, cancellationToken);

    /// <summary>The log lines of a trace received so far, each behind the name of its service.</summary>
    public Task<IReadOnlyList<string>> LogsAsync(string traceId, CancellationToken cancellationToken) => ReadAsync($"logs?traceId={traceId}", ReadLogs, cancellationToken);

    /// <summary>The log lines of a resource received so far.</summary>
    public Task<IReadOnlyList<string>> LogsOfAsync(string resource, CancellationToken cancellationToken) => ReadAsync($"logs?resource={resource}", ReadLogs, cancellationToken);

    public void Dispose() => _http.Dispose();

    private static IEnumerable<Span> ReadSpans(JsonElement data)
        => from resource in Each(data, "resourceSpans")
           let service = ServiceOf(resource)
           from scope in Each(resource, "scopeSpans")
           from span in Each(scope, "spans")
           let start = Time(span, "startTimeUnixNano")
           select new Span(
               Text(span, "traceId"),
               Text(span, "spanId"),
               Text(span, "parentSpanId"),
               service,
               Text(span, "name"),
               KindOf(span),
               span.TryGetProperty("status", out var status) && status.TryGetProperty("code", out var code) && code.GetInt32() == Error,
               start,
               Time(span, "endTimeUnixNano") - start,
               AttributesOf(span));

    private static IEnumerable<string> ReadLogs(JsonElement data)
        => from resource in Each(data, "resourceLogs")
           let service = ServiceOf(resource)
           from scope in Each(resource, "scopeLogs")
           from record in Each(scope, "logRecords")
           select $"{service}: {(record.TryGetProperty("body", out var body) ? Value(body) : string.Empty)}";

    // OTLP's numbers are one above .NET's, and 0 is unspecified, which is to be read as internal.
    private static ActivityKind KindOf(JsonElement span) =>
        span.TryGetProperty("kind", out var kind) && kind.GetInt32() is > 0 and var number ? (ActivityKind)(number - 1) : ActivityKind.Internal;

    private static string ServiceOf(JsonElement resource)
        => resource.TryGetProperty("resource", out var described) ? AttributesOf(described).GetValueOrDefault("service.name", string.Empty) : string.Empty;

    private static Dictionary<string, string> AttributesOf(JsonElement owner)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in Each(owner, "attributes"))
        {
            attributes[Text(attribute, "key")] = attribute.TryGetProperty("value", out var value) ? Value(value) : string.Empty;
        }

        return attributes;
    }

    private static string Value(JsonElement value)
        => value.EnumerateObject().Select(static p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : p.Value.GetRawText()).FirstOrDefault(string.Empty);

    private static DateTimeOffset Time(JsonElement owner, string name)
        => owner.TryGetProperty(name, out var value)
            && long.TryParse(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds)
            ? DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick)
            : DateTimeOffset.UnixEpoch;

    private static string Text(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) ? value.GetString() ?? string.Empty : string.Empty;

    private static IEnumerable<JsonElement> Each(JsonElement owner, string name)
        => owner.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private async Task<IReadOnlyList<T>> ReadAsync<T>(string query, Func<JsonElement, IEnumerable<T>> read, CancellationToken cancellationToken)
    {
        var path = $"api/telemetry/{query}&limit={Most}";
        using var response = await _http.GetAsync(path, cancellationToken);
        // Nothing of the trace has arrived yet.
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return [];
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"The dashboard answered {path} with {(int)response.StatusCode}."), null, response.StatusCode);
        }

        using var document = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
        return [.. read(document.RootElement.GetProperty("data"))];
    }
}
