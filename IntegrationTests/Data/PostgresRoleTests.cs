using Npgsql;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>Services are the owner of their database to PostgreSQL, and nobody else's master.</summary>
[TestClass]
public sealed class PostgresRoleTests : StackTest
{

    private static IReadOnlyList<string> Services => Stack.Model.UsersOf("xnai");

    protected override IReadOnlyList<string> Touches => ["postgres"];

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("PG-08")]
    public async Task No_service_is_connected_as_somebody_who_may_do_more_than_use_its_database()
    {
        await Stack.ReadyAsync(Cancel);

        // Who has nothing to do may have no connection.
        using var agent = new MemoryAgent(Stack);
        await agent.RegisterAsync(Cancel);
        var connected = ((string)(await Stack.ScalarAsync(
            """
            SELECT string_agg(DISTINCT application_name, ', ') FROM pg_stat_activity JOIN pg_roles ON rolname = usename
            WHERE client_addr IS NOT NULL AND NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)
              AND NOT EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)
            """, Cancel))!).Split(", ");
        foreach (var service in Services)
        {
            Assert.IsTrue(connected.Any(c => c.StartsWith(service, StringComparison.Ordinal)), $"{service} is not among {string.Join(", ", connected)}");
        }

        Assert.AreEqual(
            0L,
            await Stack.ScalarAsync("SELECT count(*) FROM pg_stat_activity WHERE usename = 'postgres' AND application_name SIMILAR TO '(rag|memory-bank|curation-worker)%'", Cancel),
            "None of them has another one besides.");
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("PG-08")]
    [DataRow("COPY (SELECT 1) TO PROGRAM 'true'")]
    [DataRow("SELECT pg_read_file('PG_VERSION')")]
    [DataRow("ALTER SYSTEM SET fsync = off")]
    [DataRow("CREATE ROLE another")]
    [DataRow("ALTER ROLE current_user SUPERUSER")]
    [DataRow("CREATE DATABASE another")]
    [DataRow("SELECT rolpassword FROM pg_authid")]
    public async Task What_a_service_may_not_do_is_refused(string statement)
    {
        await using var source = NpgsqlDataSource.Create((await Stack.Application.GetConnectionStringAsync("xnai", Cancel))!);
        await using var command = source.CreateCommand(statement);
        var refused = await Assert.ThrowsExactlyAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancel));
        Assert.AreEqual(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState, refused.Message);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("PG-03")]
    public async Task Whoever_connects_as_a_service_has_the_servers_limits()
    {
        await using var source = NpgsqlDataSource.Create((await Stack.Application.GetConnectionStringAsync("xnai", Cancel))!);
        await ServiceLimits.HoldAsync(source, Cancel);
    }
}
