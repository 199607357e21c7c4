using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using XoeNovAi.Hosting.Testing.Spans;
using XoeNovAi.IntegrationTests.Harness.Telemetry;

namespace XoeNovAi.IntegrationTests.Gateway;

[TestClass]
[TestCategory("Quick")]
public sealed class RoutingTests : StackTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // What is asked for, who must answer, and what of the target he must see.
    private static readonly (string Target, string Service, string Seen)[] Routes =
    [
        ("/xnai/api/v1/anything?a=b", "rag", "/xnai/api/v1/anything?a=b"),
        ("/xnai/api/v1/chat/x", "rag", "/xnai/api/v1/chat/x"),
        ("/oikos", "oikos", "/oikos"),
        ("/oikos/council", "oikos", "/oikos/council"),
        ("/chat", "open-webui", "/"),
        ("/chat/", "open-webui", "/"),
        ("/chat?a=b", "open-webui", "/?a=b"),
        ("/chat/api/models", "open-webui", "/api/models"),
        ("/chat/assets/x.css", "open-webui", "/assets/x.css"),
        ("/static/app.js", "open-webui", "/static/app.js"),
        ("/ollama/api/tags", "open-webui", "/ollama/api/tags"),
        ("/_app/immutable/start.js", "open-webui", "/_app/immutable/start.js"),
        ("/auth/signin", "open-webui", "/auth/signin"),
        ("/signup/form", "open-webui", "/signup/form"),
        ("/manifest.json", "open-webui", "/manifest.json"),
        ("/favicon.png", "open-webui", "/favicon.png"),
        ("/assets/x.css", "chainlit", "/assets/x.css"),
        ("/public/logo.svg", "chainlit", "/public/logo.svg"),
        ("/favicon", "chainlit", "/favicon"),
        ("/vikunja/api/v1/tasks", "vikunja", "/api/v1/tasks"),
        ("/docs/index.html", "mkdocs", "/index.html"),
        ("/", "chainlit", "/"),
        ("/chatter", "chainlit", "/chatter"),
        ("/manifest.json/x", "chainlit", "/manifest.json/x"),
        ("/xnai/api/v2/query", "chainlit", "/xnai/api/v2/query"),
        ("/anything/else", "chainlit", "/anything/else"),
    ];

    // Each arrives as it was sent, but for the prefix.
    private static readonly (string Target, string Seen)[] Verbatim =
    [
        ("/oikos/a%2Fb", "/oikos/a%2Fb"),
        ("/oikos/a%2fb", "/oikos/a%2fb"),
        ("/oikos/a%252Fb", "/oikos/a%252Fb"),
        ("/oikos/a%20b+c", "/oikos/a%20b+c"),
        ("/oikos/%7Eme/%C3%A9", "/oikos/%7Eme/%C3%A9"),
        ("/oikos/a//b/", "/oikos/a//b/"),
        ("/oikos/a;b=c/d,e", "/oikos/a;b=c/d,e"),
        ("/oikos/a%5Cb", "/oikos/a%5Cb"),
        ("/oikos/x?q=%2F%252F&e=&f&q=a?b", "/oikos/x?q=%2F%252F&e=&f&q=a?b"),
        ("/oikos/x?p=../y&r=%2e%2e", "/oikos/x?p=../y&r=%2e%2e"),
        ("/oikos/x?", "/oikos/x?"),
        ("/chat/a%2Fb?x=%252F", "/a%2Fb?x=%252F"),
        ("/chat//a", "//a"),
    ];

    private static readonly string[] DotSegments =
    [
        "/oikos/../x", "/oikos/..", "/oikos/./x", "/oikos/%2e%2e/x", "/oikos/.%2E/x", "/oikos/%2e/x", "/oikos/%252e%252e/x",
        "/oikos/..%2fx", "/oikos/..%5cx", "/oikos/..%255cx", "/oikos/..;a/x", "/oikos/%c0%ae%c0%ae/x", "/../etc/passwd",
    ];

    protected override IReadOnlyList<string> Touches => ["gateway"];

    [TestMethod]
    [Scenario("GATE-01")]
    public async Task Without_an_instance_the_answer_names_the_service_the_route_leads_to()
    {
        var wrong = new List<string>();
        await using (await Stack.Faults.SetAsync("mkdocs", "health=503", Cancel))
        {
            await Eventually.HoldsAsync("mkdocs is taken out", Limit, static token => Stack.EchoAsync("/docs/ready", token), static echo => echo is null, static _ => "an answer", Cancel);
            await NamedAsync(wrong);
        }

        await Stack.ReadyAsync(Cancel);
        Assert.IsEmpty(wrong, string.Join("; ", wrong));
    }

    private async Task NamedAsync(List<string> wrong)
    {
        foreach (var (target, service, _) in Routes.Where(static r => r.Service == "mkdocs"))
        {
            var answer = await RawHttp.GetAsync(Stack.GatewayAddress, target, null, Cancel);
            using var problem = answer.Body.StartsWith('{') ? JsonDocument.Parse(answer.Body) : null;
            var named = problem?.RootElement.TryGetProperty("service", out var name) == true ? name.GetString() : null;
            if (answer.Status != 503 || named != service)
            {
                wrong.Add($"{target}: {answer.Status} of {named ?? "nobody"}, not 503 of {service}");
            }
        }
    }

    [TestMethod]
    [Scenario("GATE-01")]
    [DataRow("rag")]
    [DataRow("oikos")]
    [DataRow("open-webui")]
    [DataRow("chainlit")]
    [DataRow("vikunja")]
    [DataRow("mkdocs")]
    public async Task Each_route_hands_its_service_the_target_without_the_prefix_that_is_stripped(string service)
    {
        var wrong = new List<string>();
        foreach (var (target, _, seen) in Routes.Where(r => r.Service == service))
        {
            var arrived = await SeenAsync(target);
            if (arrived != $"{service} {seen}")
            {
                wrong.Add($"{target}: arrived as {arrived} and not as {service} {seen}");
            }
        }

        Assert.IsEmpty(wrong, string.Join("; ", wrong));
    }

    [TestMethod]
    [Scenario("GATE-01")]
    [Scenario("STRM-04")]
    public async Task A_WebSocket_passes_on_every_route()
    {
        var wrong = new List<string>();
        foreach (var (target, service, _) in Routes)
        {
            var said = $"{target} of {service}";
            try
            {
                var heard = await SaidBackAsync(target, said);
                if (heard != said)
                {
                    wrong.Add($"{said}: came back as {heard}");
                }
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException && !Cancel.IsCancellationRequested)
            {
                wrong.Add($"{said}: {exception.Message}");
            }
        }

        Assert.IsEmpty(wrong, string.Join("; ", wrong));
    }

    [TestMethod]
    [Scenario("GATE-01")]
    public async Task The_target_arrives_byte_for_byte()
    {
        var wrong = new List<string>();
        foreach (var (target, seen) in Verbatim)
        {
            var arrived = (await SeenAsync(target)).Split(' ', 2)[1];
            if (arrived != seen)
            {
                wrong.Add($"{target}: arrived as {arrived} and not as {seen}");
            }
        }

        Assert.IsEmpty(wrong, string.Join("; ", wrong));
    }

    [TestMethod]
    [Scenario("GATE-01")]
    public async Task Dot_segments_are_400_and_reach_no_backend()
    {
        using var trace = Stack.StartTrace("dot segments");
        var parent = Activity.Current!.Id;
        var wrong = new List<string>();
        foreach (var target in DotSegments)
        {
            var answer = await RawHttp.GetAsync(Stack.GatewayAddress, target, parent, Cancel);
            if (answer.Status != 400 || !answer.Body.Contains("\"status\":400", StringComparison.Ordinal))
            {
                wrong.Add($"{target}: {answer.Status} {answer.Body}");
            }
        }

        // Comes last, so that it is there when all before it are; what a backend had seen would be too.
        _ = await RawHttp.GetAsync(Stack.GatewayAddress, "/oikos/last", parent, Cancel);
        trace.End();
        var spans = await Eventually.HoldsAsync(
            "the gateway has told of every request",
            Limit,
            token => Stack.Telemetry.SpansAsync(trace.TraceId, token),
            static all => all.Count(static s => s.Service == "gateway" && s.Kind == ActivityKind.Server) == DotSegments.Length + 1 && all.Any(static s => s.Service == "oikos"),
            static all => SpanTree.Draw(all, []),
            Cancel);

        Assert.IsEmpty(wrong, string.Join("; ", wrong));
        Assert.AreEqual(1, spans.Count(static s => s.Service is not ("gateway" or TestTelemetry.ServiceName)), $"Only the last request reaches a backend:{Environment.NewLine}{SpanTree.Draw(spans, [])}");
    }

    private async Task<string> SaidBackAsync(string target, string said)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(Limit);
        using var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        socket.Options.SetRequestHeader(Echo.Header, "1");
        await socket.ConnectAsync(new($"ws://{Stack.GatewayAddress.Authority}{target}"), deadline.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes(said).AsMemory(), WebSocketMessageType.Text, true, deadline.Token);
        var buffer = new byte[1024];
        var heard = await socket.ReceiveAsync(buffer.AsMemory(), deadline.Token);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);
        return Encoding.UTF8.GetString(buffer, 0, heard.Count);
    }

    private async Task<string> SeenAsync(string target)
    {
        var answer = await RawHttp.GetEchoAsync(Stack.GatewayAddress, target, Cancel);
        if (answer.Status != 200)
        {
            return $"{answer.Status} {answer.Body}";
        }

        // The body is chunked; it holds one JSON object.
        using var echo = JsonDocument.Parse(answer.Body[answer.Body.IndexOf('{', StringComparison.Ordinal)..(answer.Body.LastIndexOf('}') + 1)]);
        return $"{echo.RootElement.GetProperty("service").GetString()} {echo.RootElement.GetProperty("target").GetString()}";
    }
}
