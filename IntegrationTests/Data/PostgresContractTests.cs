using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>What PostgreSQL must be, whatever the model says of it: it loses nothing it has confirmed, and lets nobody in who has no password.</summary>
[TestClass]
[TestCategory("Quick")]
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
    public async Task A_database_that_is_not_there_is_named()
    {
        var refused = await RefusedAsync(static settings => settings.Database = "nowhere");
        Assert.AreEqual(PostgresErrorCodes.InvalidCatalogName, (refused as PostgresException)?.SqlState, refused.Message);
        Assert.Contains("nowhere", refused.Message);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    [Scenario("PG-08")]
    public async Task Plaintext_is_refused()
    {
        var refused = await RefusedAsync(static settings => settings.SslMode = SslMode.Disable);
        Assert.AreEqual(PostgresErrorCodes.InvalidAuthorizationSpecification, (refused as PostgresException)?.SqlState, refused.Message);
        Assert.Contains("no encryption", refused.Message);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    [Scenario("PG-08")]
    public async Task A_client_that_verifies_refuses_another_authority_and_another_name()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var foreign = new CertificateRequest("CN=foreign", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, foreign.ExportCertificatePem(), Cancel);
            Assert.IsInstanceOfType<AuthenticationException>((await RefusedAsync(settings => settings.RootCertificate = file)).InnerException);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.IsInstanceOfType<AuthenticationException>((await RefusedAsync(static _ => { }, static source => source.UseSslClientAuthenticationOptionsCallback(static options => options.TargetHost = "redis"))).InnerException);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    [Scenario("PG-08")]
    public async Task In_its_container_the_servers_user_is_let_in_and_no_other()
    {
        string[] ask = [Stack.ContainerIdOf("postgres"), "psql", "-h", "/tmp", "-U", "postgres", "-d", "xnai", "-Atc", "SELECT 'in'"];
        Assert.AreEqual("in", (await Stack.Podman.RunAsync(["exec", .. ask], Cancel)).Trim());
        var (exitCode, _, error) = await Stack.Podman.TryRunAsync(["exec", "--user", "1000:1000", .. ask], Cancel);
        Assert.AreNotEqual(0, exitCode);
        Assert.Contains("Peer authentication failed", error);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    [Scenario("PG-08")]
    public async Task Whoever_is_connected_over_a_network_is_so_by_TLS()
    {
        Assert.AreEqual(0L, await Stack.ScalarAsync("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_addr IS NOT NULL AND NOT ssl", Cancel));
        Assert.IsGreaterThan(0L, (long)(await Stack.ScalarAsync("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name LIKE 'rag-%' AND ssl", Cancel))!, "The services are among them.");
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    [Scenario("PG-08")]
    public async Task From_any_network_address_a_password_and_TLS_are_asked_for_and_nobody_is_trusted()
    {
        var rules = (string)(await Stack.ScalarAsync(
            "SELECT coalesce(string_agg(type || ' ' || coalesce(address, '') || ' ' || auth_method, ', '), '') FROM pg_hba_file_rules WHERE error IS NOT NULL OR NOT (type = 'local' AND auth_method = 'peer' OR type = 'hostssl' AND auth_method = 'scram-sha-256')", Cancel))!;
        Assert.AreEqual(string.Empty, rules);
        Assert.IsGreaterThan(0L, (long)(await Stack.ScalarAsync("SELECT count(*) FROM pg_hba_file_rules", Cancel))!, "There are rules.");
    }

    private async Task<NpgsqlException> RefusedAsync(Action<NpgsqlConnectionStringBuilder> change, Action<NpgsqlDataSourceBuilder>? also = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(await Stack.PostgresAsync(Cancel)) { Pooling = false };
        change(settings);
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        also?.Invoke(builder);
        await using var source = builder.Build();
        return await Assert.ThrowsAsync<NpgsqlException>(async () => await (await source.OpenConnectionAsync(Cancel)).DisposeAsync());
    }
}
