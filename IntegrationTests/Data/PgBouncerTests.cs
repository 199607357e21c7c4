using System.Net;
using Npgsql;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>Services that reach PostgreSQL through PgBouncer, in a stack of the tests' own.</summary>
[TestClass]
public sealed class PgBouncerTests
{
    // What PgBouncer may open, and more clients than that.
    private const int Most = 10;
    private const int Clients = 24;
    private const int Queries = 300;
    private const int Callers = 12;
    private const string ThroughPool = "backend_type = 'client backend' AND client_addr = $1::inet";
    private static readonly string[] Arguments =
        ["--Stack:Data:Pool=pgbouncer", "--Stack:Run=none", "--Stack:Services:gateway:Run=container", "--Stack:Services:rag:Run=container"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static OwnStack? _stack;

    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    private static OwnStack Stack => _stack ?? throw new InvalidOperationException("The stack has not been started.");

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => _stack = await OwnStack.StartAsync(Arguments, context.CancellationToken);

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
    [Scenario("PG-01")]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task Under_load_the_server_never_has_more_connections_than_the_pool_and_every_query_is_audited()
    {
        await using var server = await ServerAsync();
        await AnsweredAsync(server);

        // Every instance has its connections then: what opens one while all wait for their turn may take longer than a server that hangs is waited for.
        await AskAsync($"warm-{Guid.NewGuid():n}");
        var address = await AddressAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var counting = CountAsync(server, address, stop.Token);
        var busy = KeepBusyAsync(stop.Token);
        var request = $"pooled-{Guid.NewGuid():n}";
        try
        {
            await AskAsync(request);
        }
        finally
        {
            await stop.CancelAsync();
        }

        var (counts, statements) = (await counting, await busy);
        TestContext.WriteLine($"{counts.Count} times counted: {string.Join(", ", counts.CountBy(static c => c).OrderBy(static c => c.Key).Select(static c => $"{c.Key} connections {c.Value}×"))}; {Queries} queries, {statements} other statements");
        Assert.AreEqual(Most, counts.Max(), "The pool is used, and no more than that.");
        Assert.AreEqual((long)Queries, await ScalarAsync(server, "SELECT count(*) FROM audit_log WHERE request_id LIKE $1", Cancel, $"{request}-%"));
    }

    [TestMethod]
    [Scenario("PG-01")]
    [Scenario("PG-05")]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task A_restart_of_the_server_heals_by_itself()
    {
        await using (var server = await ServerAsync())
        {
            await AnsweredAsync(server);
        }

        var others = OtherContainers();
        await Stack.Commands.RestartAsync("postgres", Cancel);
        await using var again = await ServerAsync();
        await AnsweredAsync(again);
        var request = $"healed-{Guid.NewGuid():n}";
        await AskAsync(request);
        Assert.AreEqual((long)Queries, await ScalarAsync(again, "SELECT count(*) FROM audit_log WHERE request_id LIKE $1", Cancel, $"{request}-%"));
        Assert.AreEqual(others, OtherContainers(), "Nothing but the server was started again.");
    }

    [TestMethod]
    [Scenario("PG-08")]
    [Timeout(60_000, CooperativeCancellation = true)]
    [DataRow("the wrong password", "authentication failed")]
    [DataRow("no user that is known", "authentication failed")]
    [DataRow("no TLS", "SSL required")]
    [DataRow("another database", "no such database")]
    public async Task Who_comes_with(string what, string refusal)
    {
        var settings = await PooledAsync();
        settings.Pooling = false;
        _ = what switch
        {
            "the wrong password" => settings.Password = "wrong",
            "no user that is known" => settings.Username = "nobody",
            "no TLS" => (settings.SslMode = SslMode.Disable).ToString(),
            _ => settings.Database = "another",
        };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        var refused = await Assert.ThrowsExactlyAsync<PostgresException>(() => connection.OpenAsync(Cancel));
        Assert.Contains(refusal, refused.MessageText);
    }

    [TestMethod]
    [Scenario("PG-08")]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task It_goes_to_the_server_by_TLS_and_its_password_is_in_no_argument()
    {
        await using var server = await ServerAsync();
        await AnsweredAsync(server);
        Assert.AreEqual(true, await ScalarAsync(server, $"SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE {ThroughPool}", Cancel, await AddressAsync()));
        Assert.IsTrue((await PooledAsync()).SslMode is SslMode.VerifyFull, "Clients verify it.");
        var inspected = await Stack.Application.Services.GetRequiredService<PodmanCli>().RunAsync(["inspect", ContainerOf("pgbouncer")], Cancel);
        Assert.DoesNotContain((await PooledAsync()).Password!, inspected);
    }

    [TestMethod]
    [Scenario("PG-03")]
    [Scenario("PG-08")]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Who_comes_through_it_is_no_superuser_and_has_the_servers_limits()
    {
        await using var pooled = NpgsqlDataSource.Create(await PooledAsync());
        Assert.AreEqual(false, await ScalarAsync(pooled, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user", Cancel));
        await ServiceLimits.HoldAsync(pooled, Cancel);
    }

    private static async Task<NpgsqlConnectionStringBuilder> PooledAsync() => new(await Stack.Application.GetConnectionStringAsync("xnai"));

    // Past PgBouncer.
    private static async Task<NpgsqlDataSource> ServerAsync()
        => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(await Stack.Application.SuperuserOfXnaiAsync(CancellationToken.None)) { ApplicationName = "counter" });

    // Where PgBouncer comes from, as the server sees it.
    private async Task<string> AddressAsync()
    {
        await using var pooled = NpgsqlDataSource.Create(await PooledAsync());
        return (string)(await ScalarAsync(pooled, "SELECT host(inet_client_addr())", Cancel))!;
    }

    // A query is answered, and its row is there.
    private async Task AnsweredAsync(NpgsqlDataSource server)
    {
        using var gateway = Stack.Application.CreateHttpClient("gateway", "http");
        await Eventually.HoldsAsync(
            "a query is answered and audited",
            Limit,
            async token =>
            {
                var request = $"answered-{Guid.NewGuid():n}";
                var status = await AskAsync(gateway, request, token);
                return status == HttpStatusCode.OK ? $"{await ScalarAsync(server, "SELECT count(*) FROM audit_log WHERE request_id = $1", token, request)} rows" : $"{status}";
            },
            static seen => seen == "1 rows",
            static seen => seen,
            Cancel);
    }

    private async Task AskAsync(string request)
    {
        using var gateway = Stack.Application.CreateHttpClient("gateway", "http");
        await Parallel.ForAsync(0, Queries, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = Cancel }, async (i, token) =>
            Assert.AreEqual(HttpStatusCode.OK, await AskAsync(gateway, $"{request}-{i}", token)));
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient gateway, string request, CancellationToken cancellationToken)
    {
        using var response = await gateway.AskAsync(request, cancellationToken);
        return response.StatusCode;
    }

    // As many at a time as PgBouncer has connections several times over: each waits for its turn, and none is refused.
    private static async Task<int> KeepBusyAsync(CancellationToken stop)
    {
        await using var pooled = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder((await PooledAsync()).ConnectionString) { MaxPoolSize = Clients, ApplicationName = "busy" });
        var statements = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                await ScalarAsync(pooled, "SELECT 1 FROM pg_sleep(0.02)", CancellationToken.None);
                Interlocked.Increment(ref statements);
            }
        }));
        return statements;
    }

    private static async Task<IReadOnlyList<long>> CountAsync(NpgsqlDataSource server, string address, CancellationToken stop)
    {
        var counts = new List<long>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        do
        {
            counts.Add((long)(await ScalarAsync(server, $"SELECT count(*) FROM pg_stat_activity WHERE {ThroughPool}", CancellationToken.None, address))!);
        }
        while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));
        return counts;
    }

    private static async Task<object?> ScalarAsync(NpgsqlDataSource source, string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static string OtherContainers() => string.Join(", ", ((string[])["pgbouncer", "rag-1", "rag-2", "gateway"]).Select(ContainerOf));

    private static string ContainerOf(string resource)
        => Stack.Application.ResourceNotifications.TryGetCurrentState(resource, out var now) ? (string)now.Snapshot.Properties.Single(static p => p.Name == "container.id").Value! : throw new StackException($"There is no '{resource}'.");
}
