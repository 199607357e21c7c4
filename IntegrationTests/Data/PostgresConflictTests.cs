using System.Data;
using Npgsql;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>What the memory bank writes is whole or not there, and a statement that lost against somebody else's is run again.</summary>
[TestClass]
public sealed class PostgresConflictTests : StackTest
{
    private const string MemoryBank = "memory-bank";
    private const string RunAgain = "lost against another and is run again";
    private const string LogLines = "the lines of memory-bank's log that say so";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    protected override IReadOnlyList<string> Touches => [MemoryBank, "postgres"];

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    [Scenario("PG-04")]
    public async Task A_deadlock_is_lost_by_the_service_and_its_statement_run_again()
    {
        using var agent = await AgentAsync();
        var before = await RetriesAsync(Cancel);

        // The service's look for deadlocks comes after the cycle is closed, and before ours.
        await ConfigureAsync("ALTER SYSTEM SET deadlock_timeout = '2s'");
        try
        {
            await using var other = await OpenAsync();
            await using var transaction = await other.BeginTransactionAsync(Cancel);
            await RunAsync(other, "SET LOCAL deadlock_timeout = '60s'");
            await RunAsync(other, "LOCK TABLE stream_outbox IN SHARE ROW EXCLUSIVE MODE");
            var update = agent.UpdateAsync(Cancel);
            await WaitsAsync();
            await RunAsync(other, "LOCK TABLE memory_context IN SHARE ROW EXCLUSIVE MODE");
            await transaction.CommitAsync(Cancel);
            await update;
        }
        finally
        {
            await ConfigureAsync("ALTER SYSTEM RESET deadlock_timeout");
        }

        await EventuallyRetriedAsync(before);
        Assert.AreEqual(2, await VersionAsync(agent), "The update is there once.");
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    [Scenario("PG-04")]
    public async Task A_statement_that_cannot_be_serialized_is_run_again()
    {
        using var agent = await AgentAsync();
        var before = await RetriesAsync(Cancel);
        await ConfigureAsync("ALTER SYSTEM SET default_transaction_isolation = 'repeatable read'");
        try
        {
            await using var other = await OpenAsync();
            await using var transaction = await other.BeginTransactionAsync(IsolationLevel.ReadCommitted, Cancel);
            await RunAsync(other, "UPDATE memory_context SET version = version + 10 WHERE agent_id = $1", agent.Name);
            var update = agent.UpdateAsync(Cancel);
            await WaitsAsync();
            await transaction.CommitAsync(Cancel);
            await update;
        }
        finally
        {
            await ConfigureAsync("ALTER SYSTEM RESET default_transaction_isolation");
        }

        await EventuallyRetriedAsync(before);
        Assert.AreEqual(12, await VersionAsync(agent), "Neither update is lost.");
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("PG-04")]
    public async Task A_statement_that_fails_in_its_middle_leaves_nothing()
    {
        using var agent = await AgentAsync();
        await ConfigureAsync($"ALTER TABLE stream_outbox ADD CONSTRAINT of_a_test CHECK (fields NOT LIKE '%{agent.Name}%') NOT VALID");
        try
        {
            using var answer = await agent.CallAsync("tools/call", new { name = "update_context", arguments = new { agent_id = agent.Name, context_type = "plan", context_data = new { step = 8 } } }, Cancel);
            Assert.Contains("\"isError\":true", answer.RootElement.GetRawText());
            Assert.AreEqual(1, await VersionAsync(agent), "The memory is as it was.");
        }
        finally
        {
            await ConfigureAsync("ALTER TABLE stream_outbox DROP CONSTRAINT of_a_test");
        }

        await agent.UpdateAsync(Cancel);
        Assert.AreEqual(2, await VersionAsync(agent));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("PG-04")]
    [DataRow(IsolationLevel.ReadCommitted, true, true)]
    [DataRow(IsolationLevel.RepeatableRead, false, true)]
    [DataRow(IsolationLevel.Serializable, false, false)]
    public async Task Each_isolation_level_keeps_what_it_promises(IsolationLevel level, bool seesOthersCommits, bool allowsSkew)
    {
        using var agent = await AgentAsync();
        await using var first = await OpenAsync();
        await using var second = await OpenAsync();
        await using var one = await first.BeginTransactionAsync(level, Cancel);
        var version = await VersionAsync(first, agent);
        await agent.UpdateAsync(Cancel);
        Assert.AreEqual(seesOthersCommits, await VersionAsync(first, agent) != version, "Whether it sees what the service has committed meanwhile.");
        await one.RollbackAsync(Cancel);

        // Each reads what the other writes: as if one came after the other, only one could be right.
        var other = $"{agent.Name}-other";
        await RunAsync(first, "INSERT INTO memory_agent (agent_id, capabilities, memory_limit_gb) VALUES ($1, '{}', 0)", other);
        await using var left = await first.BeginTransactionAsync(level, Cancel);
        await using var right = await second.BeginTransactionAsync(level, Cancel);
        await SkewAsync(first, agent.Name, other);
        await SkewAsync(second, other, agent.Name);
        await left.CommitAsync(Cancel);
        var state = "committed";
        try
        {
            await right.CommitAsync(Cancel);
        }
        catch (PostgresException exception)
        {
            state = exception.SqlState;
        }

        Assert.AreEqual(allowsSkew ? "committed" : PostgresErrorCodes.SerializationFailure, state);
    }

    private Task SkewAsync(NpgsqlConnection connection, string read, string written)
        => RunAsync(connection, "UPDATE memory_agent SET memory_limit_gb = (SELECT memory_limit_gb + 1 FROM memory_agent WHERE agent_id = $1) WHERE agent_id = $2", read, written);

    private async Task<MemoryAgent> AgentAsync()
    {
        var agent = new MemoryAgent(Stack);
        await agent.RegisterAsync(Cancel);
        await agent.UpdateAsync(Cancel);
        return agent;
    }

    private async Task<int> VersionAsync(MemoryAgent agent) => (int)(await Stack.ScalarAsync("SELECT version FROM memory_context WHERE agent_id = $1", Cancel, agent.Name))!;

    private async Task<int> VersionAsync(NpgsqlConnection connection, MemoryAgent agent)
    {
        await using var command = new NpgsqlCommand("SELECT version FROM memory_context WHERE agent_id = $1", connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = agent.Name } } };
        return (int)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private static async Task<int> RetriesAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return (await Stack.Logs.TailAsync(MemoryBank, int.MaxValue)).Count(static l => l.Contains(RunAgain, StringComparison.Ordinal));
    }

    private Task EventuallyRetriedAsync(int before)
        => Eventually.HoldsAsync(LogLines, Limit, RetriesAsync, now => now > before, static now => $"{now}", Cancel);

    private Task WaitsAsync()
        => Eventually.HoldsAsync(
            "the service's statement waits for a lock",
            Limit,
            async token => (long)(await Stack.ScalarAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'memory-bank%' AND query LIKE '%memory_context%'", token))!,
            static waiting => waiting > 0,
            static waiting => $"{waiting}",
            Cancel);

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder(await Stack.PostgresAsync(Cancel)) { Pooling = false, CommandTimeout = 30 };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(Cancel);
        return connection;
    }

    private async Task ConfigureAsync(string statement)
    {
        await using var connection = await OpenAsync();
        await RunAsync(connection, statement);
        await RunAsync(connection, "SELECT pg_reload_conf()");
    }

    private async Task RunAsync(NpgsqlConnection connection, string statement, params IEnumerable<string> values)
    {
#pragma warning disable CA2100 // This class's own statements.
        await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
        command.Parameters.AddRange(values.Select(static v => new NpgsqlParameter<string> { TypedValue = v }).ToArray());
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
