using System.Net.Http.Json;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>An agent that uses the memory bank, by MCP over HTTP.</summary>
internal sealed class MemoryAgent(Stack stack) : IDisposable
{
    private static readonly string[] Capabilities = ["curate"];

    private readonly HttpClient _client = stack.CreateClient("memory-bank");

    public string Name { get; } = $"agent-{Guid.NewGuid():n}";

    public Task RegisterAsync(CancellationToken cancellationToken)
        => ToolAsync("register_agent", new { agent_id = Name, capabilities = Capabilities, memory_limit_gb = 0.5 }, cancellationToken);

    public Task UpdateAsync(CancellationToken cancellationToken)
        => ToolAsync("update_context", new { agent_id = Name, context_type = "plan", context_data = new { step = 7 } }, cancellationToken);

    /// <summary>What a tool answers; fails when it answers with an error.</summary>
    public async Task<JsonElement> ToolAsync(string name, object arguments, CancellationToken cancellationToken)
    {
        using var answer = await CallAsync("tools/call", new { name, arguments }, cancellationToken);
        var result = answer.RootElement.GetProperty("result");
        Assert.IsFalse(result.TryGetProperty("isError", out var error) && error.GetBoolean(), result.GetRawText());
        return JsonSerializer.Deserialize<JsonElement>(result.GetProperty("content")[0].GetProperty("text").GetString()!);
    }

    /// <summary>What is answered to a call: one server-sent event.</summary>
    public Task<JsonDocument> CallAsync(string method, object parameters, CancellationToken cancellationToken)
        => SendAsync(JsonContent.Create(new { jsonrpc = "2.0", id = 1, method, @params = parameters }), cancellationToken);

    /// <summary>The same, of a message as it is.</summary>
    public async Task<JsonDocument> SendAsync(HttpContent message, CancellationToken cancellationToken)
    {
        using var request = Request(message);
        using var response = await _client.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.IsTrue(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {body}");
        var data = body.Split('\n').FirstOrDefault(static line => line.StartsWith("data:", StringComparison.Ordinal));
        return JsonDocument.Parse(data is null ? body : data[5..]);
    }

    public static HttpRequestMessage Request(HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = content };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        return request;
    }

    public void Dispose() => _client.Dispose();
}
