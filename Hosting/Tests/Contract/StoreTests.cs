using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Npgsql;

namespace XoeNovAi.Hosting.Tests.Contract;

/// <summary>Aspire's own integrations of PostgreSQL and Redis on Podman, with the pages that administrate them.</summary>
[TestClass]
public sealed class StoreTests
{
    private const string Postgres = "localhost/xoe-novai/postgres";
    private const string Redis = "localhost/xoe-novai/redis";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("HOST-02")]
    public async Task A_database_follows_its_server_and_the_pages_of_postgresql_are_led_to_it()
    {
        await using var run = await PodmanApplication.StartAsync(
            static builder =>
            {
                // The pages' own images are in registries only: these stand for them, and have a client.
                var postgres = builder.AddPostgres("server", password: builder.AddParameter("password", "of-this-test", secret: true)).WithImage(Postgres, "15").WithImageRegistry(null!)
                    .WithPgAdmin(static c => c.WithImage(Postgres, "15").WithImageRegistry(null!).WithEntrypoint("sleep").WithArgs("600").WithContainerRuntimeArgs("--stop-signal=KILL"))
                    .WithPgWeb(static c => c.WithImage(Postgres, "15").WithImageRegistry(null!).WithEntrypoint("sleep").WithArgs(static a =>
                    {
                        a.Args.Clear();
                        a.Args.Add("600");
                    }).WithContainerRuntimeArgs("--stop-signal=KILL"));
                postgres.AddDatabase("books", "library");
            },
            Cancelled);
        await run.Application.ResourceNotifications.WaitForResourceHealthyAsync("books", Cancelled);

        await using (var source = NpgsqlDataSource.Create((await run.Application.GetConnectionStringAsync("books", Cancelled))!))
        await using (var command = source.CreateCommand("SELECT current_database()"))
        {
            Assert.AreEqual("library", await command.ExecuteScalarAsync(Cancelled));
        }

        var pgAdmin = await run.Application.RunningAsync("pgadmin", Cancelled);
        var server = JsonNode.Parse(await Engine.ExecuteAsync(pgAdmin, "cat /pgadmin4/servers.json", Cancelled))!["Servers"]!.AsObject().Single().Value!;
        Assert.AreEqual("postgres", await Engine.ExecuteAsync(pgAdmin, $"PGPASSWORD=$({server["PasswordExecCommand"]}) psql -h {server["Host"]} -p {server["Port"]} -U {server["Username"]} -d {server["MaintenanceDB"]} -Atc 'SELECT current_user'", Cancelled));

        var pgWeb = await run.Application.RunningAsync("pgweb", Cancelled);
        var bookmark = (await Engine.ExecuteAsync(pgWeb, "cat /.pgweb/bookmarks/*.toml", Cancelled)).Split('\n').Select(static l => l.Split('=', 2, StringSplitOptions.TrimEntries)).Where(static l => l.Length == 2).ToDictionary(static l => l[0], static l => l[1].Trim('"'));
        Assert.AreEqual("1", await Engine.ExecuteAsync(pgWeb, $"PGPASSWORD=\"{bookmark["password"]}\" psql -h {bookmark["host"]} -p {bookmark["port"]} -U {bookmark["user"]} -d postgres -Atc 'SELECT 1'", Cancelled));

        await run.Application.CommandAsync("server", KnownResourceCommands.StopCommand, Cancelled);
        await run.Application.SeenAsync("books", static s => KnownResourceStates.TerminalStates.Contains(s.State?.Text), Cancelled);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("HOST-02")]
    public async Task Redis_serves_with_a_certificate_and_its_pages_are_led_to_it()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=sealed", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        await using var run = await PodmanApplication.StartAsync(
            builder =>
            {
                builder.AddRedis("open", password: builder.AddParameter("password", "of-this-test", secret: true)).WithImage(Redis, "7").WithImageRegistry(null!).WithoutHttpsCertificate()
                    .WithRedisCommander(static c => c.WithImage(Redis, "7").WithImageRegistry(null!).WithEntrypoint("sleep").WithArgs("600").WithContainerRuntimeArgs("--stop-signal=KILL"))
                    .WithRedisInsight(static c => c.WithImage(Redis, "7").WithImageRegistry(null!).WithEntrypoint("sleep").WithArgs("600").WithContainerRuntimeArgs("--stop-signal=KILL"));
                builder.AddRedis("sealed", password: builder.AddParameter("other", "of-this-test", secret: true)).WithImage(Redis, "7").WithImageRegistry(null!).WithHttpsCertificate(certificate);
            },
            Cancelled);
        var sealedId = await run.Application.RunningAsync("sealed", Cancelled);
        await run.Application.ResourceNotifications.WaitForResourceHealthyAsync("open", Cancelled);

        var presented = await Engine.ExecuteAsync(sealedId, "ls /etc/aspire-certificates/private", Cancelled);
        Assert.Contains(certificate.Thumbprint, presented);
        Assert.DoesNotContain(".pfx", presented, "nobody refers to it");
        Assert.AreEqual("PONG", await Engine.ExecuteAsync(sealedId, $"REDISCLI_AUTH=of-this-test redis-cli --tls --cacert /etc/aspire-certificates/private/{certificate.Thumbprint}.crt -h sealed -p {TargetPortOf(run, "sealed", "tcp")} PING", Cancelled));
        Assert.Contains("ssl=true", (await run.Application.GetConnectionStringAsync("sealed", Cancelled))!);

        var commander = await run.Application.RunningAsync("rediscommander", Cancelled);
        var host = (await Engine.ExecuteAsync(commander, "echo $REDIS_HOSTS", Cancelled)).Split(',').Select(static h => h.Split(':')).Single(static h => h[0] == "open");
        Assert.AreEqual("PONG", await Engine.ExecuteAsync(commander, $"REDISCLI_AUTH={host[4]} redis-cli -h {host[1]} -p {host[2]} -n {host[3]} PING", Cancelled));
        var insight = await run.Application.RunningAsync("redisinsight", Cancelled);
        Assert.AreEqual("PONG", await Engine.ExecuteAsync(insight, "REDISCLI_AUTH=$RI_REDIS_PASSWORD1 redis-cli -h $RI_REDIS_HOST1 -p $RI_REDIS_PORT1 PING", Cancelled));
    }

    private static int? TargetPortOf(PodmanApplication run, string resource, string endpoint)
        => run.Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(r => r.Name == resource).Annotations.OfType<EndpointAnnotation>().Single(e => e.Name == endpoint).TargetPort;
}
