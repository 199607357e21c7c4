using Npgsql;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>Every service brings its part of the schema up to date when it starts, as often as it does, and whoever does so beside it.</summary>
[TestClass]
public sealed class MigrationTests : StackTest
{
    private const string Journal = "SELECT string_agg(scriptname || ' ' || applied, ', ' ORDER BY schemaversionsid) FROM schema_migrations";
    private const string Steps = "SELECT coalesce(string_agg(scriptname, ', ' ORDER BY scriptname), '') FROM schema_migrations";

    private static IReadOnlyList<string> Services => Stack.Model.UsersOf("xnai");

    protected override IReadOnlyList<string> Touches => [.. Services, "postgres"];

    [TestMethod]
    [Timeout(150_000, CooperativeCancellation = true)]
    [Scenario("PG-10")]
    public async Task Started_again_nothing_is_migrated_twice()
    {
        var before = await Stack.ScalarAsync(Journal, Cancel);
        Assert.IsNotNull(before);
        await RestartAllAsync();
        Assert.AreEqual(before, await Stack.ScalarAsync(Journal, Cancel));
    }

    [TestMethod]
    [Timeout(150_000, CooperativeCancellation = true)]
    [Scenario("PG-10")]
    public async Task Started_at_once_on_an_empty_database_each_step_is_taken_once()
    {
        var steps = await Stack.ScalarAsync(Steps, Cancel);
        var complaints = await ComplaintsAsync();
        await Task.WhenAll(Services.Select(s => Stack.Commands.StopAsync(s, Cancel)));
        await using (var source = NpgsqlDataSource.Create(await Stack.PostgresAsync(Cancel)))
        {
            await using var command = source.CreateCommand("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
            await command.ExecuteNonQueryAsync(Cancel);
        }

        await Task.WhenAll(Services.Select(s => Stack.Commands.StartAsync(s, Cancel)));
        await Stack.ReadyAsync(Cancel);
        Assert.AreEqual(steps, await Stack.ScalarAsync(Steps, Cancel));
        Assert.IsLessThanOrEqualTo(complaints, await ComplaintsAsync(), "Nobody was in another's way.");
    }

    private static async Task<int> ComplaintsAsync()
        => (await Task.WhenAll(Services.Select(static s => Stack.Logs.TailAsync(s, int.MaxValue)))).Sum(static log => log.Count(static l => l.Contains("cannot be brought up to date", StringComparison.Ordinal)));

    private async Task RestartAllAsync()
    {
        await Task.WhenAll(Services.Select(s => Stack.Commands.RestartAsync(s, Cancel)));
        await Stack.ReadyAsync(Cancel);
    }
}
