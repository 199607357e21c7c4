using System.Net;
using Npgsql;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>The commands that back the database up and restore it.</summary>
[TestClass]
public sealed class BackupTests : StackTest
{
    private const string Server = "postgres";
    private const string BackUp = "backup";
    private const string Restore = "restore";
    private const int Queries = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    protected override IReadOnlyList<string> Touches => [Server, "rag-1", "rag-2", "memory-bank", "curation-worker"];

    private static string Folder => SharedStack.BackupFolder;

    [TestCleanup]
    public void RemoveBackups()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    [TestMethod]
    [Scenario("PG-09")]
    public async Task A_restored_database_is_row_for_row_what_was_backed_up()
    {
        await WriteAsync();
        var before = await RowsAsync();
        var backup = await SucceedAsync(BackUp);
        Same(before, await RowsAsync(), "Nothing was written during the backup.");
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(backup), "Only its owner can read it.");
        CollectionAssert.AreEqual(new[] { backup }, Directory.GetFiles(Folder), "Nothing but the backup is left.");

        // A newer one is taken by default, unless another is named; a copy of an older one is none.
        File.Copy(backup, Path.Combine(Folder, "xnai-keep.dump"));
        await HarmAsync();
        var newer = await SucceedAsync(BackUp);
        var harmed = await RowsAsync();
        Assert.IsFalse(before["audit_log"].SequenceEqual(harmed["audit_log"]) || before["memory_context"].SequenceEqual(harmed["memory_context"]), "Rows are changed and gone.");
        Assert.AreEqual(backup, await SucceedAsync(Restore, Path.GetFileName(backup)));
        Same(before, await RowsAsync(), "What was restored is what was backed up.");
        Assert.AreEqual(newer, await SucceedAsync(Restore));
        Same(harmed, await RowsAsync(), "What was restored is the newest.");
        await SucceedAsync(Restore, backup);
        Same(before, await RowsAsync(), "A backup can be restored again.");

        await Stack.ReadyAsync(Cancel);
        await WriteAsync();
    }

    [TestMethod]
    [Scenario("PG-09")]
    [DataRow("no backup", "is no backup that can be read")]
    [DataRow("cut", "could not be restored")]
    public async Task A_broken_file_is_refused_and_changes_nothing(string kind, string why)
    {
        await WriteAsync();
        var backup = await SucceedAsync(BackUp);
        var broken = Path.Combine(Folder, "broken.dump");
        var content = await File.ReadAllBytesAsync(backup, Cancel);
        await File.WriteAllBytesAsync(broken, kind == "cut" ? content[..^(content.Length / 4)] : [.. "A text."u8], Cancel);
        await HarmAsync();
        try
        {
            var before = await RowsAsync();
            var refused = await RunAsync(Restore, Cancel, broken);
            Assert.IsFalse(refused.Success);
            Assert.Contains($"'{broken}' {why}", refused.Message!);
            Assert.Contains("Nothing has been changed", refused.Message!);
            Same(before, await RowsAsync(), "Nothing was changed.");
        }
        finally
        {
            await SucceedAsync(Restore, backup);
        }
    }

    [TestMethod]
    [Scenario("PG-09")]
    public async Task What_is_missing_is_named_with_its_cure()
    {
        var none = await RunAsync(Restore, Cancel);
        Assert.IsFalse(none.Success);
        Assert.AreEqual($"There is no backup of 'xnai' in '{Folder}'. Make one with the command 'backup', or name the file of another.", none.Message);
        var unknown = await RunAsync(Restore, Cancel, "xnai-never.dump");
        Assert.AreEqual($"'{Path.Combine(Folder, "xnai-never.dump")}' is not there. '{Folder}' has no backup.", unknown.Message);

        // Something else is where the folder should be.
        await File.WriteAllTextAsync(Folder, "A file.", Cancel);
        try
        {
            var unwritten = await RunAsync(BackUp, Cancel);
            Assert.IsFalse(unwritten.Success);
            Assert.Contains("The backup cannot be written", unwritten.Message!);
            Assert.Contains("--Stack:Data:Backups", unwritten.Message!);
        }
        finally
        {
            File.Delete(Folder);
        }
    }

    /// <summary>Who holds a lock holds the backup up: so there is time to give it up.</summary>
    [TestMethod]
    [Scenario("PG-09")]
    [DataRow(BackUp)]
    [DataRow(Restore)]
    public async Task What_is_given_up_leaves_nothing_behind(string command)
    {
        var backup = await SucceedAsync(BackUp);
        await using var source = NpgsqlDataSource.Create(await Stack.PostgresAsync(Cancel));
        await using var locking = await source.OpenConnectionAsync(Cancel);
        await using (var transaction = await locking.BeginTransactionAsync(Cancel))
        {
            // A table that no service writes to meanwhile.
            await ExecuteAsync("LOCK TABLE memory_context IN ACCESS EXCLUSIVE MODE", locking);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var running = RunAsync(command, patience.Token);
            await WaitingAsync(1);
            await patience.CancelAsync();
            var result = await running;
            Assert.IsTrue(result.Canceled, result.Message);

            // It has ended, and was not left to wait for the lock as long as it would have.
            var processes = await Stack.Podman.RunAsync(["exec", Stack.ContainerIdOf(Server), "ps", "-o", "args"], Cancel);
            Assert.IsFalse(processes.Contains("pg_dump", StringComparison.Ordinal) || processes.Contains("psql", StringComparison.Ordinal), processes);
            await WaitingAsync(0);
        }

        CollectionAssert.AreEqual(new[] { backup }, Directory.GetFiles(Folder), "Nothing but the backup is left.");
        await SucceedAsync(command);

        Task<long> WaitingAsync(long count) => Eventually.HoldsAsync(
            $"{count} programs wait for the lock",
            Limit,
            async token => (long)(await Stack.ScalarAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name IN ('pg_dump', 'psql')", token))!,
            waiting => waiting == count,
            static waiting => $"{waiting}",
            Cancel);
    }

    [TestMethod]
    [Scenario("PG-09")]
    public async Task A_lock_that_somebody_holds_is_said_to_be_why()
    {
        await SucceedAsync(BackUp);
        await using var source = NpgsqlDataSource.Create(await Stack.PostgresAsync(Cancel));
        await using var locking = await source.OpenConnectionAsync(Cancel);
        await using var transaction = await locking.BeginTransactionAsync(Cancel);
        await ExecuteAsync("LOCK TABLE memory_context IN ACCESS SHARE MODE", locking);

        // A reader stands in no backup's way, but in a restore's.
        await SucceedAsync(BackUp);
        var refused = await RunAsync(Restore, Cancel);
        Assert.IsFalse(refused.Success);
        Assert.Contains("Nothing has been changed. When somebody holds a lock on one, end that transaction and repeat this.", refused.Message!);
        Assert.Contains("lock timeout", refused.Message!);
        await transaction.RollbackAsync(Cancel);
        await SucceedAsync(Restore);
    }

    // Through the services, each of whose tables gets rows; then none of them has anything left to write.
    private async Task WriteAsync()
    {
        var request = $"backup-{Guid.NewGuid():n}";
        for (var i = 0; i < Queries; i++)
        {
            using var response = await Stack.Gateway.AskAsync($"{request}-{i}", new { query = $"{request} {i}, ä, \\, \" and\ttab" }, Cancel);
            Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
        }

        using var agent = new MemoryAgent(Stack);
        await agent.RegisterAsync(Cancel);
        await agent.UpdateAsync(Cancel);
        await Eventually.HoldsAsync(
            "every query and every update is written down",
            Limit,
            async token => ((long)(await Stack.ScalarAsync(
                "SELECT (SELECT count(*) FROM audit_log WHERE request_id LIKE $1) + (SELECT count(*) FROM curation_log WHERE request_id LIKE $1) + (SELECT count(*) FROM memory_sync WHERE agent_id = $2)", token, $"{request}-%", agent.Name))!,
                (long)(await Stack.ScalarAsync("SELECT count(*) FROM stream_outbox", token))!),
            static rows => rows == ((2 * Queries) + 1, 0),
            static rows => $"{rows.Item1} rows, {rows.Item2} left to send",
            Cancel);
    }

    private async Task HarmAsync()
    {
        await using var source = NpgsqlDataSource.Create(await Stack.PostgresAsync(Cancel));
        await using var connection = await source.OpenConnectionAsync(Cancel);
        await ExecuteAsync(
            """
            UPDATE audit_log SET query = 'changed', duration_ms = duration_ms + 1 WHERE ctid IN (SELECT ctid FROM audit_log LIMIT 10);
            DELETE FROM audit_log WHERE ctid IN (SELECT ctid FROM audit_log WHERE query <> 'changed' LIMIT 10);
            INSERT INTO curation_log (task_id, message_id, query, tokens, worker) VALUES (gen_random_uuid(), '0-1', 'made up', 1, 'nobody');
            TRUNCATE memory_context;
            ALTER TABLE memory_sync ADD COLUMN made_up text DEFAULT 'made up';
            DROP INDEX curation_log_request_id;
            """,
            connection);
    }

    // Each row with all its columns, and what the tables are like.
    private async Task<SortedDictionary<string, string[]>> RowsAsync()
    {
        await using var source = NpgsqlDataSource.Create(await Stack.PostgresAsync(Cancel));
        var tables = new SortedDictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["(columns)"] = await ReadAsync(source, "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1"),
            ["(indexes)"] = await ReadAsync(source, "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"),
            ["(constraints)"] = await ReadAsync(source, "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1"),
        };
        foreach (var table in await ReadAsync(source, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"))
        {
            tables[table] = await ReadAsync(source, $"SELECT md5(row::text) || ' ' || row::text FROM \"{table}\" AS row ORDER BY 1");
        }

        return tables;
    }

    private async Task<string[]> ReadAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var rows = new List<string>();
        while (await reader.ReadAsync(Cancel))
        {
            rows.Add(reader.GetString(0));
        }

        return [.. rows];
    }

    private void Same(SortedDictionary<string, string[]> expected, SortedDictionary<string, string[]> seen, string message)
    {
        CollectionAssert.AreEqual(expected.Keys.ToArray(), seen.Keys.ToArray(), message);
        foreach (var (table, rows) in expected)
        {
            Assert.AreEqual(rows.Length, seen[table].Length, $"{message} Rows of {table}");
            CollectionAssert.AreEqual(rows, seen[table], $"{message} Table {table}");
        }

        TestContext.WriteLine($"{message} {string.Join(", ", seen.Select(static t => $"{t.Key}: {t.Value.Length}"))}");
    }

    private async Task ExecuteAsync(string sql, NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    // The file it is about.
    private async Task<string> SucceedAsync(string command, string? named = null)
    {
        var result = await RunAsync(command, Cancel, named);
        Assert.IsTrue(result.Success, result.Message);
        TestContext.WriteLine(result.Message);
        return result.Data?.Value ?? string.Empty;
    }

    private static Task<ExecuteCommandResult> RunAsync(string command, CancellationToken cancellationToken, string? named = null)
        => named is null
            ? Stack.Application.ResourceCommands.ExecuteCommandAsync(Server, command, cancellationToken)
            : Stack.Application.ResourceCommands.ExecuteCommandAsync(Server, command, new InteractionInputCollection([new() { Name = "backup", InputType = InputType.Choice, Value = named }]), cancellationToken);
}
