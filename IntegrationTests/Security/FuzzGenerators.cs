using System.Globalization;
using System.Text.Json;
using CsCheck;

namespace XoeNovAi.IntegrationTests.Security;

/// <summary>What is drawn for the fuzzed tests: near enough to what is asked usually to get somewhere, and wrong in any way.</summary>
internal static class FuzzGenerators
{
    private const int Deepest = 4;

    // What means something to somebody on the way: separators, encodings, other scripts, what a database or a shell would read.
    private static readonly Gen<string> Piece = Gen.OneOf<string>(
        Gen.OneOf<string>("..", ".", "%2e%2e", "%2F", "%5c", "%00", "%", "%zz", "%c0%af", "%E2%82%AC", "\u00ff", ";a=b", "'", "\"", "<script>", "${7*7}", "{{7*7}}", "\\", "//", "*", "~", "+", "&", "=", "#", "null", "-1", "99999999999999999999"),
        Gen.Char['a', 'z'].Array[0, 12].Select(static c => new string(c)));

    private static readonly Gen<string> Prefix = Gen.OneOf<string>(
        "/xnai/api/v1/query", "/xnai/api/v1/search", "/xnai/api/v1/stream", "/xnai/api/v1/health", "/xnai/api/v1/ws/room/agent", "/xnai/api/v1/ws/stats", "/xnai/api/v1",
        "/oikos/iris/route", "/oikos/council/iris", "/oikos", "/chat", "/static", "/vikunja/api/v1/info", "/docs", "/health", "/metrics", "/mcp", string.Empty);

    private static readonly Gen<(string Name, string Value)> Header = Gen.Select(
        Gen.OneOf<string>("Accept", "Accept-Encoding", "Content-Type", "Cookie", "Idempotency-Key", "If-None-Match", "Last-Event-ID", "Origin", "Range", "traceparent", "tracestate", "baggage", "X-Request-ID", "X-Forwarded-For", "X-Forwarded-Host", "X_Forwarded_For", "X-Real-IP", "Authorization", "Upgrade", "X-A"),
        Gen.OneOf<string>(
            Piece,
            Gen.OneOf<string>("application/json", "text/plain", "application/json; charset=utf-16", "bytes=0-", "websocket", "Bearer a.b.c", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "*/*", "gzip"),
            Gen.Char[' ', '\u00ff'].Array[0, 40].Select(static c => new string(c).Replace('\u007f', '-')),
            Gen.Int[100, 3000].Select(static n => new string('x', n))));

    private static readonly Gen<string> Name = Gen.OneOf<string>(
        Gen.OneOf<string>("query", "use_rag", "max_tokens", "temperature", "top_p", "top_k", "min_score", "alpha", "filters", "problem", "escalation_level", "type", "target", "payload", "correlation_id", "traceparent"),
        Gen.Char.Array[0, 6].Select(static c => new string(c)));

    private static readonly Gen<string> Number = Gen.OneOf<string>(
        Gen.OneOf<string>("0", "-0", "-1", "1e400", "-1e400", "1e-400", "0.5", "1", "2048", "2049", "2147483648", "9223372036854775808", "3.0", "01", "NaN"),
        Gen.Long.Select(static n => n.ToString(CultureInfo.InvariantCulture)),
        Gen.Double.Select(static n => n.ToString("R", CultureInfo.InvariantCulture)));

    private static readonly Gen<string> Text = Gen.OneOf<string>(
        Gen.Char.Array[0, 40].Select(static c => Quoted(new(c))),
        Piece.Select(Quoted),
        Gen.OneOf<string>("\"ping\"", "\"status\"", "\"task\"", "\"broadcast\"", "\"\\u0000\"", "\"\\ud800\"", "\"\"", "\" \""),
        Gen.Int[1900, 2100].Select(static n => Quoted(new('q', n))));

    /// <summary>JSON, or nearly.</summary>
    public static Gen<string> Json { get; } = Gen.Select(
        Gen.Recursive<string>(static (depth, self) => depth >= Deepest
            ? Scalar
            : Gen.Frequency<string>(
                (2, Scalar),
                (4, Gen.Select(Name, self, static (name, value) => $"{Quoted(name)}:{value}").Array[0, 5].Select(static members => $"{{{string.Join(',', members)}}}")),
                (1, self.Array[0, 4].Select(static items => $"[{string.Join(',', items)}]")))),
        Gen.Int[0, 9],
        Gen.Double.Unit,
        static (text, how, where) => how switch
        {
            0 => text[..(int)(text.Length * where)],
            1 => text.Insert((int)(text.Length * where), "\u00ff"),
            _ => text,
        });

    /// <summary>The same, and as often what has the text that must be there, or something in its place, among others.</summary>
    public static Gen<string> Body(string required) => Gen.OneOf<string>(
        Json,
        Gen.Select(
            Text,
            Gen.Select(Name, Scalar, static (name, value) => $",{Quoted(name)}:{value}").Array[0, 3],
            (text, others) => $"{{{Quoted(required)}:{text}{string.Concat(others)}}}"));

    /// <summary>A request for any of the gateway's routes.</summary>
    public static Gen<FuzzedRequest> Request { get; } = Gen.Select(
        Gen.OneOf<string>("GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "get", "M-SEARCH"),
        Gen.Select(Prefix, Piece.Array[0, 4], static (prefix, pieces) => prefix + string.Concat(pieces.Select(static p => $"/{p}"))),
        Gen.Select(Gen.OneOf<string>("query", "problem", "a", "%00", string.Empty), Piece, static (name, value) => $"{name}={value}").Array[0, 3],
        Header.Array[0, 5],
        Gen.OneOf<string>(Gen.Const(string.Empty), Json),
        static (method, path, query, headers, body) => new FuzzedRequest(method, $"{(path.Length == 0 ? "/" : path)}{(query.Length > 0 ? "?" : string.Empty)}{string.Join('&', query)}", headers, body));

    private static Gen<string> Scalar => Gen.OneOf<string>(Text, Number, Gen.OneOf<string>("null", "true", "false"));

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
