using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using XoeNovAi.Hosting.Tests.Containers;

namespace XoeNovAi.Hosting.Tests.Integrations;

/// <summary>
/// What the web pages that administrate are told, read in containers that stand for them, as their images are in registries only,
/// and followed from there to the real servers.
/// </summary>
[TestClass]
public sealed class AdministrationTests
{
    private const string Password = """it's "this" test's \ own""";
    private const string Postgres = "localhost/xoe-novai/postgres";
    private const string Redis = "localhost/xoe-novai/redis";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task PgAdmin_and_pgweb_are_led_to_every_server_and_database()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var password = builder.AddParameter("password", Password, secret: true);
        builder.AddPostgres("first", password: password).WithImage(Postgres, "15")
            .WithPgAdmin(static c => c.WithImage(Postgres, "15").WithEntrypoint("sleep").WithArgs("600"))
            .WithPgWeb(static c => c.WithImage(Postgres, "15").WithEntrypoint("sleep").WithArgs(static a =>
            {
                a.Args.Clear();
                a.Args.Add("600");
            }))
            .AddDatabase("books", "library");
        builder.AddPostgres("second", builder.AddParameter("user", "keeper"), password).WithImage(Postgres, "15").WithPgAdmin().WithPgWeb();
        await using var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("books", Cancelled);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("second", Cancelled);

        var pgAdmin = await application.ContainerIdAsync("pgadmin", Cancelled);
        var servers = JsonNode.Parse(await InAsync(pgAdmin, "cat /pgadmin4/servers.json"))!["Servers"]!.AsObject().Select(static s => s.Value!).ToList();
        Assert.AreEqual("first, second", string.Join(", ", servers.Select(static s => s["Name"])));
        foreach (var server in servers)
        {
            Assert.AreEqual((string)server["Username"]!, await InAsync(pgAdmin, $"PGPASSWORD=$({server["PasswordExecCommand"]}) psql -h {server["Host"]} -p {server["Port"]} -U {server["Username"]} -d {server["MaintenanceDB"]} -Atc 'SELECT current_user'"));
        }

        var pgWeb = await application.ContainerIdAsync("pgweb", Cancelled);
        Assert.AreEqual("books.toml", await InAsync(pgWeb, "ls /.pgweb/bookmarks"));
        var bookmark = (await InAsync(pgWeb, "cat /.pgweb/bookmarks/books.toml")).Split('\n').Select(static l => l.Split(" = ")).ToDictionary(static l => l[0], static l => JsonNode.Parse(l[1])!.ToString());
        Assert.AreEqual(Password, bookmark["password"]);
        Assert.AreEqual("library", await InAsync(pgWeb, $"PGPASSWORD='{Password.Replace("'", @"'\''", StringComparison.Ordinal)}' psql -h {bookmark["host"]} -p {bookmark["port"]} -U {bookmark["user"]} -d {bookmark["database"]} -Atc 'SELECT current_database()'"));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Redis_Commander_and_Redis_Insight_are_led_to_every_server_they_can_reach()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=second", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddRedis("first", password: builder.AddParameter("password", "of-this-test", secret: true)).WithImage(Redis, "7")
            .WithRedisCommander(static c => c.WithImage(Redis, "7").WithEntrypoint("sleep").WithArgs("600"))
            .WithRedisInsight(static c => c.WithImage(Redis, "7").WithEntrypoint("sleep").WithArgs("600"));
        builder.AddRedis("second").WithImage(Redis, "7").WithHttpsCertificate(certificate).WithRedisInsight();
        builder.AddRedis("open").WithImage(Redis, "7").WithPassword(null);
        await using var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);
        foreach (var server in (string[])["first", "second", "open"])
        {
            await application.ResourceNotifications.WaitForResourceHealthyAsync(server, Cancelled);
        }

        var commander = await application.ContainerIdAsync("rediscommander", Cancelled);
        var hosts = (await InAsync(commander, "echo $REDIS_HOSTS")).Split(',').Select(static h => h.Split(':')).ToList();
        Assert.AreEqual("first, open", string.Join(", ", hosts.Select(static h => h[0])));
        foreach (var host in hosts)
        {
            Assert.AreEqual("PONG", await InAsync(commander, $"{(host.Length > 4 ? $"REDISCLI_AUTH={host[4]}" : string.Empty)} redis-cli -h {host[1]} -p {host[2]} -n {host[3]} PING"));
        }

        Assert.Contains("'second'", await application.LogAsync("rediscommander", Cancelled));

        var insight = await application.ContainerIdAsync("redisinsight", Cancelled);
        var told = (await InAsync(insight, "env")).Split('\n').Where(static l => l.StartsWith("RI_", StringComparison.Ordinal)).Select(static l => l.Split('=', 2)).ToDictionary(static l => l[0], static l => l[1]);
        foreach (var (number, name) in (ReadOnlySpan<(int, string)>)[(1, "first"), (2, "second"), (3, "open")])
        {
            Assert.AreEqual(name, told[$"RI_REDIS_ALIAS{number}"]);
        }

        Assert.AreEqual("PONG", await InAsync(insight, "REDISCLI_AUTH=$RI_REDIS_PASSWORD1 redis-cli -h $RI_REDIS_HOST1 -p $RI_REDIS_PORT1 PING"));
        Assert.AreEqual("true", told["RI_REDIS_TLS2"]);
        Assert.AreEqual("PONG", await InAsync(insight, "REDISCLI_AUTH=$RI_REDIS_PASSWORD2 redis-cli --tls --cacert $RI_REDIS_TLS_CA_PATH2 -h $RI_REDIS_HOST2 -p $RI_REDIS_PORT2 PING"));
        Assert.AreEqual("PONG", await InAsync(insight, "redis-cli -h $RI_REDIS_HOST3 -p $RI_REDIS_PORT3 PING"));
    }

    [TestMethod]
    public void There_is_one_of_a_kind_and_everybody_can_configure_it()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddPostgres("first").WithPgAdmin(containerName: "pages").WithPgAdmin(static c => c.WithHostPort(5050));
        builder.AddPostgres("second").WithPgAdmin(containerName: "others").WithPgWeb(static c => c.WithHostPort(5051));
        builder.AddRedis("redis").WithRedisCommander(static c => c.WithHostPort(5052)).WithRedisInsight(static c => c.WithHostPort(5053).WithDataVolume("kept").WithDataBindMount("/srv/insight"));

        var ports = builder.Resources.OfType<ContainerResource>().SelectMany(static r => r.Annotations.OfType<EndpointAnnotation>().Where(static e => e.Name == "http").Select(e => $"{r.Name} {e.Port} {e.TargetPort}"));
        Assert.AreEqual("pages 5050 80, pgweb 5051 8081, rediscommander 5052 8081, redisinsight 5053 5540", string.Join(", ", ports));
        var mounts = builder.Resources.Single(static r => r.Name == "redisinsight").Annotations.OfType<ContainerMountAnnotation>().Select(static m => $"{m.Source} {m.Target}");
        Assert.AreEqual("kept /data, /srv/insight /data", string.Join(", ", mounts));
    }

    private static async Task<string> InAsync(string container, string script) => string.Join('\n', await Podman.RunAsync("exec", container, "sh", "-c", script));
}
