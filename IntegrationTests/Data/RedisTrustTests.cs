namespace XoeNovAi.IntegrationTests.Data;

/// <summary>The services' own client of Redis, in a rag that is not part of the stack: it talks to nobody whose certificate it cannot verify.</summary>
[TestClass]
public sealed class RedisTrustTests : StackTest
{
    private const string Name = "redis";
    private const int Port = 8012;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    protected override IReadOnlyList<string> Touches => ["redis", "rag-1"];

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("RED-02")]
    public async Task A_service_refuses_another_authority_and_another_name()
    {
        var address = await Stack.AddressOnAsync(Name, "db-network", Cancel);
        Assert.AreEqual("connects", await ConnectsAsync(Name, trusts: true), "It is right with the run's authority and the name of the certificate.");
        Assert.AreEqual("refuses", await ConnectsAsync(Name, trusts: false), "Nobody it trusts has issued the certificate.");
        Assert.AreEqual("refuses", await ConnectsAsync(address, trusts: true), "The certificate is another name's.");
    }

    /// <summary>Whether a rag has Redis, by what Redis sees of it: a handshake that fails is seen there too, and a command is not.</summary>
    private async Task<string> ConnectsAsync(string host, bool trusts)
    {
        var settings = await Stack.RedisAsync(Cancel);
        settings.AllowAdmin = true;
        var image = (await Stack.Podman.RunAsync(["inspect", "--format", "{{.ImageName}}", Stack.ContainerIdOf("rag-1")], Cancel)).Trim();
        var authority = await Stack.SourceOfAsync("rag-1", "/tls/ca.crt", Cancel);
        var folder = Directory.CreateTempSubdirectory("xnai-redis-trust-");
        var secret = Path.Combine(folder.FullName, "ConnectionStrings__redis");
        var container = string.Empty;
        try
        {
            await File.WriteAllTextAsync(secret, $"{host}:6379,password={settings.Password},ssl=true", Cancel);
            File.SetUnixFileMode(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
            File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            container = (await Stack.Podman.RunAsync(
                [
                    "run", "--detach", "--network", Stack.NetworkNameOf("db-network"), "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--userns=auto:size=2048",
                    "--label", $"io.xoe-novai.run={Stack.RunId}",
                    "--env", $"ASPNETCORE_HTTP_PORTS={Port}", "--env", "DOTNET_EnableDiagnostics=0",
                    "--env", "ConnectionStrings__xnai=Host=127.0.0.1;Port=1;Username=none;Password=none;Database=none",
                    "--volume", $"{secret}:/run/secrets/ConnectionStrings__redis:ro",
                    "--volume", await Stack.ProgramOfAsync("rag-1", Cancel),
                    .. trusts ? (string[])["--volume", $"{authority}:/tls/ca.crt:ro", "--env", "SSL_CERT_FILE=/tls/ca.crt"] : [],
                    image, "/app/Rag.dll",
                ],
                Cancel)).Trim();
            var ip = (await Stack.Podman.RunAsync(["inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container], Cancel)).Trim();
            var log = string.Empty;
            var health = await Eventually.HoldsAsync(
                $"a rag with Redis at {host} knows whether it has it",
                Limit,
                async token =>
                {
                    (_, var output, var error) = await Stack.Podman.TryRunAsync(["logs", container], token);
                    log = output + error;
                    return await Stack.HttpGetFromAsync("rag-1", ip, Port, "/xnai/api/v1/health", token);
                },
                answer => answer.Contains("\"health_redis\":true", StringComparison.Ordinal)
                    || (answer.Contains("\"health_redis\":false", StringComparison.Ordinal) && log.Contains("redis does not answer yet", StringComparison.Ordinal)),
                answer => $"{answer} {log}",
                Cancel);
            return health.Contains("\"health_redis\":true", StringComparison.Ordinal) ? "connects" : "refuses";
        }
        finally
        {
            if (container.Length > 0)
            {
                await Stack.Podman.RunAsync(["rm", "--force", "--volumes", "--time", "2", container], CancellationToken.None);
            }

            folder.Delete(recursive: true);
        }
    }
}
