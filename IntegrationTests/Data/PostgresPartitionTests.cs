using System.Globalization;
using Npgsql;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>Two members of PostgreSQL's cluster that could both think they lead.</summary>
[TestClass]
public sealed class PostgresPartitionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public required TestContext TestContext { get; set; }

    [TestMethod]
    [Scenario("PG-06")]
    [Timeout(280_000, CooperativeCancellation = true)]
    public async Task A_primary_that_is_cut_off_from_Consul_steps_down_and_acknowledges_nothing_that_the_next_does_not_have()
    {
        var cancel = TestContext.CancellationToken;
        await using var stack = await PostgresHaStack.StartAsync(cancel);
        var (primary, standby) = await stack.WholeAsync(cancel);
        await stack.ExecuteOnAsync(primary, "CREATE TABLE claimed (number int PRIMARY KEY)", cancel);
        await stack.CutFromConsulAsync(primary, cancel);

        // Who still has its address goes on writing there, until the other has led for a while.
        var acknowledged = new List<string>();
        var refused = new List<string>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var writing = WriteAsync(stack, primary, acknowledged, refused, stop.Token);
        await stack.LeadsAsync(standby, cancel);
        var before = refused.Count;
        await Eventually.HoldsAsync($"{primary} refuses writes while {standby} leads", Limit, _ => Task.FromResult(refused.Count - before), static more => more >= 20, static more => $"{more}", cancel);
        var roles = await stack.RolesAsync(cancel);
        await stop.CancelAsync();
        await writing;
        Assert.AreNotEqual(PostgresHaStack.Primary, roles[primary]);

        await stack.MendAsync(primary, cancel);
        Assert.AreEqual((standby, primary), await stack.WholeAsync(cancel));
        var there = await stack.ReadAsync("SELECT number::text FROM claimed", null, cancel);
        TestContext.WriteLine($"{primary} acknowledged {acknowledged.Count} rows, then refused {refused.Count}: {string.Join("; ", refused.CountBy(static r => r).Select(static r => $"{r.Value} × {r.Key}"))}");
        Assert.IsNotEmpty(acknowledged);
        Assert.IsTrue(there.IsSupersetOf(acknowledged), $"Acknowledged by {primary} and not there: {string.Join(", ", acknowledged.Except(there))}");
    }

    private static async Task WriteAsync(PostgresHaStack stack, string member, List<string> acknowledged, List<string> refused, CancellationToken cancellationToken)
    {
        for (var number = 1; !cancellationToken.IsCancellationRequested; number++)
        {
            var text = number.ToString(CultureInfo.InvariantCulture);
            try
            {
                await stack.ExecuteOnAsync(member, $"INSERT INTO claimed VALUES ({text})", CancellationToken.None);
                acknowledged.Add(text);
            }
            catch (NpgsqlException exception)
            {
                refused.Add(exception.Message);
            }
        }
    }
}
