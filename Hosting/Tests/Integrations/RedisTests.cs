using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using StackExchange.Redis;
using XoeNovAi.Hosting.Tests.Containers;

namespace XoeNovAi.Hosting.Tests.Integrations;

/// <summary>Redis as Aspire documents it, asked itself.</summary>
[TestClass]
public sealed class RedisTests
{
    private const string Password = "of\\this\"test";
    private string _volume = null!;
    private X509Certificate2 _certificate = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void Prepare()
    {
        _volume = $"redis-{Guid.NewGuid():n}";
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        _certificate = new CertificateRequest("CN=redis", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }

    [TestCleanup]
    public async Task RemoveAsync()
    {
        _certificate.Dispose();
        await Podman.RunAsync("volume", "rm", "-f", _volume);
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task What_is_in_a_data_volume_is_there_in_the_next_run()
    {
        await RunAsync(static async database => await database.StringSetAsync("kept", "still here"), redis => redis.WithDataVolume(_volume));
        Assert.AreEqual("still here", await RunAsync(static async database => (string?)await database.StringGetAsync("kept"), redis => redis.WithDataVolume(_volume)));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task It_is_encrypted_and_asks_for_its_password()
    {
        await RunAsync(
            async database =>
            {
                var settings = ConfigurationOptions.Parse(database.Multiplexer.Configuration);
                Assert.IsTrue(settings.Ssl);
                settings.Password = "another";
                settings.ConnectRetry = 0;
                settings.CertificateValidation += IsOurs;
                await Assert.ThrowsExactlyAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(settings));
                return await database.PingAsync();
            },
            redis => redis.WithHttpsCertificate(_certificate));
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task It_saves_as_often_as_it_was_told_and_has_no_password_when_there_is_none()
    {
        var saves = await RunAsync(
            static async database => ((RedisResult[])(await database.ExecuteAsync("CONFIG", "GET", "save"))!)[1].ToString(),
            static redis => redis.WithPersistence(TimeSpan.FromSeconds(90), 7).WithPassword(null));

        Assert.AreEqual("90 7", saves);
    }

    [TestMethod]
    public void A_data_folder_of_the_host_is_mounted_where_the_server_keeps_its_data()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var mount = builder.AddRedis("redis").WithDataBindMount("/srv/redis").Resource.Annotations.OfType<ContainerMountAnnotation>().Single();

        Assert.AreEqual(("/srv/redis", "/data", ContainerMountType.BindMount, false), (mount.Source, mount.Target, mount.Type, mount.IsReadOnly));
    }

    [TestMethod]
    public void Its_endpoint_speaks_redis()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();

        Assert.AreEqual("redis", builder.AddRedis("redis").GetEndpoint("tcp").Scheme);
    }

    private bool IsOurs(object sender, X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors) => presented?.GetCertHashString() == _certificate.GetCertHashString();

    private async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> ask, Func<IResourceBuilder<RedisResource>, IResourceBuilder<RedisResource>> refine)
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        refine(builder.AddRedis("redis", password: builder.AddParameter("password", Password, secret: true)).WithImage("localhost/xoe-novai/redis", "7"));
        await using var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("redis", Cancelled);

        var settings = ConfigurationOptions.Parse((await application.GetConnectionStringAsync("redis", Cancelled))!);
        settings.AllowAdmin = true;
        settings.CertificateValidation += IsOurs;
        T answer;
        await using (var connection = await ConnectionMultiplexer.ConnectAsync(settings))
        {
            answer = await ask(connection.GetDatabase());
        }

        await application.StopAsync(Cancelled);
        return answer;
    }
}
