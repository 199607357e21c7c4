using System.Collections.Concurrent;
using StackExchange.Redis;
using XoeNovAi.IntegrationTests.Harness.Traffic;

namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>Those who use a stack while it is broken, and the history of what they were told.</summary>
internal sealed class ChaosLoad : IAsyncDisposable
{
    private const string Tasks = "xnai:task_updates";
    private const int Agents = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly ConcurrentQueue<Operation> _history = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _gateway;
    private readonly GatewayTraffic _kinds;
    private readonly ConnectionMultiplexer _redis;
    private readonly IReadOnlyList<MemoryUser> _users;
    private OpenTraffic? _traffic;
    private Task _using = Task.CompletedTask;

    private ChaosLoad(Stack stack, string run, ConnectionMultiplexer redis)
    {
        Run = run;
        _gateway = stack.CreateGatewayClient();
        _kinds = new(stack);
        _redis = redis;
        _users = [.. Enumerable.Range(0, Agents).Select(_ => new MemoryUser(stack, _history))];
        Audit = new(redis.GetDatabase());
    }

    /// <summary>What all request ids and tasks of it begin with.</summary>
    public string Run { get; }

    /// <summary>The agents that use the memory bank.</summary>
    public IEnumerable<string> Users => _users.Select(static u => u.Name);

    /// <summary>What is on the audit's stream.</summary>
    public AuditStream Audit { get; }

    public static async Task<ChaosLoad> StartAsync(Stack stack, CancellationToken cancellationToken)
    {
        var load = new ChaosLoad(stack, $"chaos-{Guid.NewGuid():n}", await ConnectionMultiplexer.ConnectAsync(await stack.RedisAsync(cancellationToken)));
        try
        {
            foreach (var user in load._users)
            {
                await user.RegisterAsync(cancellationToken);
            }
        }
        catch
        {
            await load.DisposeAsync();
            throw;
        }

        load.Audit.Start();
        load._traffic = OpenTraffic.Start(cancellationToken, new("query", 6, load.QueryAsync), new("task", 4, load.TaskAsync), load._kinds.Search(2));
        load._using = Task.WhenAll(load._users.Select(u => u.RunAsync(load._stop.Token)));
        return load;
    }

    /// <summary>Waits until so many more have been answered, one way or the other.</summary>
    public Task AnsweredAsync(int more, CancellationToken cancellationToken) => _traffic!.AnsweredAsync(more, Limit, cancellationToken);

    /// <summary>Ends it and gives all that was asked: by its meaning, and by its time.</summary>
    public async Task<(IReadOnlyList<Operation> History, IReadOnlyList<Sent> Sent)> StopAsync()
    {
        await _stop.CancelAsync();
        await _using;
        var sent = _traffic is null ? [] : await _traffic.StopAsync();
        return ([.. _history.OrderBy(static o => o.Begin)], sent);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Audit.DisposeAsync();
        if (_traffic is not null)
        {
            await _traffic.DisposeAsync();
        }

        foreach (var user in _users)
        {
            user.Dispose();
        }

        await _redis.DisposeAsync();
        _kinds.Dispose();
        _gateway.Dispose();
        _stop.Dispose();
    }

    private async Task<(string Instance, string Outcome)> QueryAsync(int number, CancellationToken cancellationToken)
    {
        var request = $"{Run}-{number}";
        var begin = TimeProvider.System.GetUtcNow();
        try
        {
            using var response = await _gateway.AskAsync(request, cancellationToken);
            var refusal = response.IsSuccessStatusCode ? string.Empty : $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}";
            return Told(Operation.Query, request, begin, refusal.Length == 0 ? Outcome.Acknowledged : Outcome.Refused, refusal);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return Told(Operation.Query, request, begin, Outcome.Unknown, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private async Task<(string Instance, string Outcome)> TaskAsync(int number, CancellationToken cancellationToken)
    {
        var task = Guid.NewGuid().ToString();
        var begin = TimeProvider.System.GetUtcNow();
        try
        {
            await _redis.GetDatabase().StreamAddAsync(Tasks, [new("type", "curate"), new("task_id", task), new("query", $"{Run} task {number}"), new("tokens", 1)]).WaitAsync(cancellationToken);
            return Told(Operation.Task, task, begin, Outcome.Acknowledged, string.Empty);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or OperationCanceledException)
        {
            return Told(Operation.Task, task, begin, Outcome.Unknown, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private (string Instance, string Outcome) Told(string kind, string key, DateTimeOffset begin, Outcome outcome, string detail)
    {
        _history.Enqueue(new(kind, key, 0, begin, TimeProvider.System.GetUtcNow(), outcome, detail));
        return (string.Empty, outcome == Outcome.Acknowledged ? Sent.Ok : detail);
    }
}
