using System.Net.Http.Json;
using System.Net.WebSockets;
using XoeNovAi.IntegrationTests.Streaming;

namespace XoeNovAi.IntegrationTests.Harness.Traffic;

/// <summary>The kinds of requests the stack is made for, all through the gateway.</summary>
internal sealed class GatewayTraffic(Stack stack) : IDisposable
{
    /// <summary>A stream that was cut and was gone on with behind its last event.</summary>
    public const string Resumed = "resumed";

    /// <summary>A socket that was closed before its time.</summary>
    public const string Cut = "cut";

    private const int Reconnects = 3;
    private const int Pings = 5;
    private static readonly TimeSpan PingGap = TimeSpan.FromMilliseconds(100);
    private readonly HttpClient _client = stack.CreateGatewayClient();

    /// <summary>A request whose answer says who gave it.</summary>
    public TrafficKind Get(double perSecond, string target = "/xnai/api/v1/who") => new($"GET {target.Split('/', StringSplitOptions.RemoveEmptyEntries)[0]}", perSecond, (_, token) => EchoAsync(HttpMethod.Get, target, null, token));

    /// <summary>A request with a body, that may be sent again when it has a key.</summary>
    public TrafficKind Post(double perSecond, bool hasKey)
        => new(hasKey ? "POST with key" : "POST", perSecond, (number, token) => EchoAsync(HttpMethod.Post, "/xnai/api/v1/who", hasKey ? $"key-{number}" : string.Empty, token));

    /// <summary>A question to rag; <paramref name="text"/> gives its words.</summary>
    public TrafficKind Query(double perSecond, Func<int, string> text) => new("query", perSecond, (number, token) => PostAsync("/xnai/api/v1/query", new { query = text(number) }, token));

    /// <summary>A search, which rag asks of qdrant.</summary>
    public TrafficKind Search(double perSecond) => new("search", perSecond, (number, token) => PostAsync("/xnai/api/v1/search", new { query = $"hearth {number}", top_k = 3 }, token));

    /// <summary>A stream, read to its end; one that is cut is gone on with behind its last event, as an EventSource does it.</summary>
    public TrafficKind Stream(double perSecond, Func<int, string> text) => new("stream", perSecond, (number, token) => StreamAsync(text(number), token));

    /// <summary>A socket that is open for half a second and is answered all the time.</summary>
    public TrafficKind Socket(double perSecond) => new("socket", perSecond, SocketAsync);

    /// <summary>A task an agent asks for over a socket; <paramref name="payload"/> gives what it is.</summary>
    public TrafficKind AgentTask(double perSecond, Func<int, string> payload) => new("agent", perSecond, (number, token) => AgentTaskAsync(payload(number), token));

    public void Dispose() => _client.Dispose();

    private async Task<(string Instance, string Outcome)> EchoAsync(HttpMethod method, string target, string? key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, target) { Headers = { { Echo.Header, "1" } } };
        if (method == HttpMethod.Post)
        {
            // With a length: what has none is not kept to be sent again.
            request.Content = new StringContent("""{"some":"body"}""");
        }

        if (!string.IsNullOrEmpty(key))
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await _client.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return (string.Empty, await FailureAsync(response, cancellationToken));
        }

        var echo = (await response.Content.ReadFromJsonAsync<Echo>(cancellationToken))!;
        return ($"{echo.Service}-{echo.Instance}", Sent.Ok);
    }

    private async Task<(string Instance, string Outcome)> PostAsync<T>(string target, T body, CancellationToken cancellationToken)
    {
        using var response = await _client.PostAsJsonAsync(target, body, cancellationToken);
        return (string.Empty, response.IsSuccessStatusCode ? Sent.Ok : await FailureAsync(response, cancellationToken));
    }

    private async Task<(string Instance, string Outcome)> StreamAsync(string text, CancellationToken cancellationToken)
    {
        string? last = null;
        for (var connect = 0; connect <= Reconnects; connect++)
        {
            using var stream = await RagStream.GetAsync(_client, text, last, cancellationToken);
            if (!stream.Response.IsSuccessStatusCode)
            {
                return (string.Empty, await FailureAsync(stream.Response, cancellationToken));
            }

            try
            {
                await foreach (var item in stream.EventsAsync(cancellationToken))
                {
                    if (item.Type == "done")
                    {
                        return (string.Empty, connect == 0 ? Sent.Ok : Resumed);
                    }

                    last = item.Type == "error" ? last : item.Id;
                }
            }
            catch (IOException)
            {
                // Cut within an event: what came before it counts.
            }
        }

        return (string.Empty, "never done");
    }

    private async Task<(string Instance, string Outcome)> SocketAsync(int number, CancellationToken cancellationToken)
    {
        await using var socket = await RoomClient.EnterAsync(stack, $"traffic-{Guid.NewGuid():n}", $"agent-{number}", cancellationToken);
        try
        {
            for (var ping = 0; ping < Pings; ping++)
            {
                await socket.SendAsync("""{"type":"ping"}""", cancellationToken);
                using var pong = await socket.ReceiveAsync("pong", cancellationToken);
                await Task.Delay(PingGap, cancellationToken);
            }

            return (string.Empty, await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, cancellationToken) == WebSocketCloseStatus.NormalClosure ? Sent.Ok : Cut);
        }
        catch (Exception exception) when (exception is WebSocketException or AssertFailedException)
        {
            return (string.Empty, Cut);
        }
    }

    private async Task<(string Instance, string Outcome)> AgentTaskAsync(string payload, CancellationToken cancellationToken)
    {
        await using var socket = await RoomClient.EnterAsync(stack, $"traffic-{Guid.NewGuid():n}", "agent", cancellationToken);
        await socket.SendAsync($$"""{"type":"task","payload":"{{payload}}"}""", cancellationToken);
        using var done = await socket.ReceiveAsync("task_ack", cancellationToken);
        return (string.Empty, done.RootElement.GetProperty("success").GetBoolean() ? Sent.Ok : done.RootElement.GetRawText());
    }

    private static async Task<string> FailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
        => $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}";
}
