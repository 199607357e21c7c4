using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using XoeNovAi.IntegrationTests.Streaming;

namespace XoeNovAi.IntegrationTests.Gateway;

/// <summary>A gateway in the stack whose file of settings changes while it runs.</summary>
[TestClass]
public sealed class ReloadTests : StackTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly string Long = string.Join(' ', Enumerable.Repeat("ab", 300));

    protected override IReadOnlyList<string> Touches => ["gateway", "oikos", "rag-1", "rag-2"];

    [TestMethod]
    [Scenario("GATE-14")]
    public async Task A_route_changes_without_a_dropped_connection_request_or_stream()
    {
        await using var gateway = await ExtraGateway.StartAsync(Stack, new Dictionary<string, string>(), Cancel);
        await gateway.AnswersAsync("/oikos/who", 200, Cancel);
        await gateway.AnswersAsync("/docs/who", 200, Cancel);
        await gateway.AnswersAsync("/xnai/api/v1/who", 200, Cancel);
        using var connection = await KeptConnection.OpenAsync(gateway.Client.BaseAddress!, Cancel);
        Assert.AreEqual("mkdocs", await connection.AskAsync("/docs/who", Cancel));
        using var stream = await RagStream.PostAsync(gateway.Client, $"Going on {Long}", null, Cancel);
        var reading = stream.AllAsync(Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var traffic = TrafficAsync(gateway, stop.Token);

        await gateway.ChangeAsync(MoveDocsToOikos, Cancel);
        await Eventually.HoldsAsync("the new route is in use", Limit, token => connection.AskAsync("/docs/who", token), static service => service == "oikos", static service => service, Cancel);

        var events = await reading;
        Assert.AreEqual("done", events[^1].Type, "the stream that was going on went on to its end");
        await stop.CancelAsync();
        var (answered, failed) = await traffic;
        TestContext.WriteLine($"{answered} requests were answered during the change.");
        Assert.AreEqual(0, failed);
        Assert.IsGreaterThan(0, answered);
    }

    [TestMethod]
    [Scenario("GATE-14")]
    public async Task A_change_that_is_wrong_is_named_with_its_line_and_not_taken_over()
    {
        await using var gateway = await ExtraGateway.StartAsync(Stack, new Dictionary<string, string>(), Cancel);
        await gateway.AnswersAsync("/docs/who", 200, Cancel);

        await gateway.ChangeAsync(static settings => settings["ReverseProxy"]!["Routes"]!["rag"]!["RateLimiterPolicy"] = "none-such", Cancel);

        var complaint = await Eventually.HoldsAsync("the gateway says what is wrong", Limit, gateway.LogAsync, static log => log.Contains("none-such", StringComparison.Ordinal), static log => log, Cancel);
        Assert.MatchesRegex("appsettings\\.json:[0-9]+: ReverseProxy:Routes:rag:RateLimiterPolicy", complaint);
        await gateway.AnswersAsync("/docs/who", 200, Cancel);
    }

    private static void MoveDocsToOikos(JsonObject settings)
    {
        settings["ReverseProxy"]!["Routes"]!["mkdocs"]!["ClusterId"] = "oikos";
        settings["ReverseProxy"]!["Clusters"]!.AsObject().Remove("mkdocs");
    }

    private static async Task<(int Answered, int Failed)> TrafficAsync(ExtraGateway gateway, CancellationToken stop)
    {
        var (answered, failed) = (0, 0);
        while (!stop.IsCancellationRequested)
        {
            using var response = await gateway.Client.GetAsync("/oikos/who", CancellationToken.None);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                answered++;
            }
            else
            {
                failed++;
            }
        }

        return (answered, failed);
    }

    /// <summary>One connection for all requests: when the server closes it, the next request fails.</summary>
    private sealed class KeptConnection(TcpClient client) : IDisposable
    {
        public static async Task<KeptConnection> OpenAsync(Uri server, CancellationToken cancellationToken)
        {
            var client = new TcpClient();
            await client.ConnectAsync(server.Host, server.Port, cancellationToken);
            return new(client);
        }

        /// <summary>The service that answers.</summary>
        public async Task<string> AskAsync(string target, CancellationToken cancellationToken)
        {
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: gateway\r\n{Echo.Header}: 1\r\n\r\n"), cancellationToken);
            var answer = new StringBuilder();
            var buffer = new byte[4096];

            // The echo is chunked; the empty chunk ends it.
            while (!answer.ToString().EndsWith("0\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await stream.ReadAsync(buffer, cancellationToken);
                Assert.AreNotEqual(0, read, $"The connection was closed after: {answer}");
                answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }

            var text = answer.ToString();
            Assert.StartsWith("HTTP/1.1 200", text);
            using var echo = JsonDocument.Parse(text[text.IndexOf('{', StringComparison.Ordinal)..(text.LastIndexOf('}') + 1)]);
            return echo.RootElement.GetProperty("service").GetString()!;
        }

        public void Dispose() => client.Dispose();
    }
}
