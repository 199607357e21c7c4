using Npgsql;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>What PostgreSQL must be, whatever the model says of it: it loses nothing it has confirmed, and lets nobody in who has no password.</summary>
[TestClass]
public sealed class PostgresContractTests : StackTest
{
    protected override IReadOnlyList<string> Touches => ["postgres"];

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    [Scenario("PG-05")]
    [DataRow("fsync")]
    [DataRow("synchronous_commit")]
    [DataRow("full_page_writes")]
    public async Task What_is_committed_is_on_the_disk(string setting)
        => Assert.AreEqual("on", await Stack.ScalarAsync("SELECT current_setting($1)", Cancel, setting));

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    [Scenario("PG-08")]
    [DataRow(null)]
    [DataRow("wrong")]
    public async Task Without_the_password_nobody_is_let_in(string? password)
    {
        var settings = new NpgsqlConnectionStringBuilder(await Stack.PostgresAsync(Cancel)) { Pooling = false, Password = password };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);

        // What the server says, or Npgsql when it is asked for a password and has none.
        var refused = await Assert.ThrowsAsync<NpgsqlException>(() => connection.OpenAsync(Cancel));
        Assert.IsTrue(refused is PostgresException { SqlState: PostgresErrorCodes.InvalidPassword } || refused.Message.Contains("No password", StringComparison.Ordinal), refused.Message);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    [Scenario("PG-08")]
    public async Task From_any_network_address_a_password_is_asked_for()
    {
        var rules = (string)(await Stack.ScalarAsync(
            "SELECT coalesce(string_agg(type || ' ' || coalesce(address, '') || ' ' || auth_method, ', '), '') FROM pg_hba_file_rules WHERE type <> 'local' AND address NOT IN ('127.0.0.1', '::1') AND auth_method <> 'scram-sha-256'", Cancel))!;
        Assert.AreEqual(string.Empty, rules);
    }
}
