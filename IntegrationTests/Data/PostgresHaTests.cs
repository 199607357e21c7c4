using System.Globalization;
using Npgsql;
using XoeNovAi.IntegrationTests.Hosting;
using XoeNovAi.IntegrationTests.Isolation;
using XoeNovAi.IntegrationTests.Security;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>A stack with two members of PostgreSQL's cluster, a replica of Redis and its Sentinels.</summary>
[TestClass]
public sealed class PostgresHaTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static PostgresHaStack? _stack;

    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    private static PostgresHaStack Stack => _stack ?? throw new InvalidOperationException("The stack has not been started.");

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => _stack = await PostgresHaStack.StartAsync(context.CancellationToken);

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (_stack is { } stack)
        {
            _stack = null;
            await stack.DisposeAsync();
        }
    }

    [TestMethod]
    [Scenario("ISO-10")]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Its_containers_are_hardened_as_all_are()
    {
        await Stack.WholeAsync(Cancel);
        var observed = new ObservedStack(Stack.Application);
        (await PrivilegeCheck.RunAsync(observed, Cancel)).AssertNone(TestContext);
        (await MountCheck.RunAsync(observed, Cancel)).AssertNone(TestContext);
        (await EngineSocketCheck.RunAsync(observed, Cancel)).AssertNone(TestContext);
    }

    [TestMethod]
    [Scenario("ISO-13")]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Neither_inspection_nor_logs_nor_command_lines_have_a_secret()
    {
        await Stack.WholeAsync(Cancel);
        var observed = new ObservedStack(Stack.Application);
        var secrets = (await StackSecrets.ReadAsync(Stack.Application, Cancel)).ToDictionary(StringComparer.Ordinal);
        foreach (var member in (await StackContainers.FindAsync(observed, Cancel)).Where(static c => c.Name is "postgres-1" or "redis-1" or "sentinel-1"))
        {
            // What only the members know, such as the password by which one follows the other.
            foreach (var secret in (await observed.Podman.RunAsync(["exec", member.Id, "sh", "-c", "cd /run/secrets && for f in *; do echo \"$f $(cat \"$f\")\"; done"], Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                secrets[$"{member} {secret.Split(' ')[0]}"] = secret.Split(' ', 2)[1];
            }
        }

        Assert.Contains("postgres-1 PATRONI_REPLICATION_PASSWORD", secrets.Keys);
        Assert.Contains("redis-1 REDIS_PASSWORD", secrets.Keys);
        (await SecretCheck.OfInspectionAsync(observed, secrets, Cancel)).AssertNone(TestContext);
        (await SecretCheck.OfLogsAsync(observed, secrets, Cancel)).AssertNone(TestContext);

        var commands = ProcessEntry.All().Select(static p => p.Command).ToHashSet(StringComparer.Ordinal);
        foreach (var program in new[] { "patroni", "postgres", "redis-server" })
        {
            Assert.Contains(c => c.Contains(program, StringComparison.Ordinal), commands, $"No process of '{program}' was seen.");
        }

        SecretCheck.OfCommandLines(commands, secrets).AssertNone(TestContext);
    }

    [TestMethod]
    [Scenario("PG-06")]
    [Timeout(280_000, CooperativeCancellation = true)]
    public async Task A_primary_that_is_cut_off_from_Consul_steps_down_and_acknowledges_nothing_that_the_next_does_not_have()
    {
        var (primary, standby) = await Stack.WholeAsync(Cancel);
        var table = $"claimed_{Guid.NewGuid():n}";
        await Stack.ExecuteOnAsync(primary, $"CREATE TABLE {table} (number int PRIMARY KEY)", Cancel);
        await Stack.CutFromConsulAsync(primary, Cancel);

        // Who still has its address goes on writing there, until the other has led for a while.
        var acknowledged = new List<string>();
        var refused = new List<string>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var writing = WriteAsync(primary, table, acknowledged, refused, stop.Token);
        await Stack.LeadsAsync(standby, Cancel);
        var before = refused.Count;
        await Eventually.HoldsAsync($"{primary} refuses writes while {standby} leads", Limit, _ => Task.FromResult(refused.Count - before), static more => more >= 20, static more => $"{more}", Cancel);
        var roles = await Stack.RolesAsync(Cancel);
        await stop.CancelAsync();
        await writing;
        Assert.AreNotEqual(PostgresHaStack.Primary, roles[primary]);

        await Stack.MendAsync(primary, Cancel);
        Assert.AreEqual((standby, primary), await Stack.WholeAsync(Cancel));
        var there = await Stack.ReadAsync($"SELECT number::text FROM {table}", null, Cancel);
        TestContext.WriteLine($"{primary} acknowledged {acknowledged.Count} rows, then refused {refused.Count}: {string.Join("; ", refused.CountBy(static r => r).Select(static r => $"{r.Value} × {r.Key}"))}");
        Assert.IsNotEmpty(acknowledged);
        Assert.IsTrue(there.IsSupersetOf(acknowledged), $"Acknowledged by {primary} and not there: {string.Join(", ", acknowledged.Except(there))}");
    }

    private static async Task WriteAsync(string member, string table, List<string> acknowledged, List<string> refused, CancellationToken cancellationToken)
    {
        for (var number = 1; !cancellationToken.IsCancellationRequested; number++)
        {
            var text = number.ToString(CultureInfo.InvariantCulture);
            try
            {
                await Stack.ExecuteOnAsync(member, $"INSERT INTO {table} VALUES ({text})", CancellationToken.None);
                acknowledged.Add(text);
            }
            catch (NpgsqlException exception)
            {
                refused.Add(exception.Message);
            }
        }
    }
}
