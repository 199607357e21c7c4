using System.Collections.Concurrent;
using System.Text.Json;
using XoeNovAi.IntegrationTests.Data;

namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>An agent that keeps a number in the memory bank, one higher each time, a few times in one memory and then in the next, and looks at it and at earlier ones.</summary>
internal sealed class MemoryUser(Stack stack, ConcurrentQueue<Operation> history) : IDisposable
{
    // So that at any time, in an outage too, some are left as they are, and are looked at later.
    private const int WritesEach = 5;
    private const int Looked = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly MemoryAgent _agent = new(stack);

    public string Name => _agent.Name;

    public Task RegisterAsync(CancellationToken cancellationToken) => _agent.RegisterAsync(cancellationToken);

    /// <summary>Goes on until it is told to stop; what is under way then is waited for.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var memory = 0;
        for (var value = 1; !stop.IsCancellationRequested; value++)
        {
            await RecallAsync(memory);
            var outcome = await RememberAsync(memory, value);
            await RecallAsync(memory);
            await RecallAsync(Math.Max(0, memory - (value % Looked)));

            // A write of which nobody knows may be done at any time: what is written after it is another memory.
            if (outcome != Outcome.Acknowledged || value % WritesEach == 0)
            {
                memory++;
            }

            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _agent.Dispose();

    private Task<Outcome> RememberAsync(int memory, int value)
        => DoAsync(Operation.Remember, memory, value, "update_context", new { agent_id = Name, context_type = Type(memory), context_data = new { value } }, _ => (value, string.Empty));

    private Task<Outcome> RecallAsync(int memory)
        => DoAsync(
            Operation.Recall,
            memory,
            0,
            "get_context",
            new { agent_id = Name, context_type = Type(memory) },
            static answer => (answer.GetProperty("content").TryGetProperty("value", out var read) ? read.GetInt64() : 0, answer.GetProperty("source").GetString()!));

    private async Task<Outcome> DoAsync(string kind, int memory, long value, string tool, object arguments, Func<JsonElement, (long Value, string Detail)> read)
    {
        // As the memory bank calls it.
        var key = $"{Name}:{Type(memory)}:hot";
        var begin = TimeProvider.System.GetUtcNow();
        var (outcome, detail) = (Outcome.Acknowledged, string.Empty);
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            (value, detail) = read(await _agent.ToolAsync(tool, arguments, limit.Token));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or JsonException or AssertFailedException)
        {
            // An error too: what PostgreSQL has not answered in time, it may do.
            (outcome, detail) = (Outcome.Unknown, exception.Message);
        }

        history.Enqueue(new(kind, key, value, begin, TimeProvider.System.GetUtcNow(), outcome, detail));
        return outcome;
    }

    private static string Type(int memory) => FormattableString.Invariant($"count-{memory}");
}
