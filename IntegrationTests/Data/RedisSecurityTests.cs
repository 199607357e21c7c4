using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using StackExchange.Redis;

namespace XoeNovAi.IntegrationTests.Data;

[TestClass]
public sealed class RedisSecurityTests : StackTest
{
    private const char TlsAlert = (char)0x15;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    protected override IReadOnlyList<string> Touches => ["redis"];

    [TestMethod]
    [Scenario("RED-02")]
    public async Task With_password_and_the_runs_authority_redis_answers()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(await Stack.RedisAsync(Cancel));

        Assert.IsGreaterThan(TimeSpan.Zero, await connection.GetDatabase().PingAsync());
    }

    [TestMethod]
    [Scenario("RED-02")]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task Plaintext_is_refused()
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();

        // Redis ends the connection, at most with an alert of TLS. Silence would be no refusal: it may be waiting for more.
        var answer = await AskAsync(stream, "PING");
        Assert.IsTrue(answer.Length == 0 || answer[0] == TlsAlert, answer);
    }

    [TestMethod]
    [Scenario("RED-02")]
    public async Task Without_a_password_nothing_is_answered()
    {
        await using var stream = await EncryptAsync();

        Assert.StartsWith("-NOAUTH", await AskAsync(stream, "PING"));
        Assert.StartsWith("-NOAUTH", await AskAsync(stream, "GET x"));
    }

    [TestMethod]
    [Scenario("RED-02")]
    public async Task A_wrong_password_is_refused()
    {
        await using var stream = await EncryptAsync();

        Assert.StartsWith("-WRONGPASS", await AskAsync(stream, "AUTH wrong"));
        Assert.StartsWith("-NOAUTH", await AskAsync(stream, "PING"));
    }

    [TestMethod]
    [Scenario("RED-02")]
    public async Task The_certificate_is_the_run_authoritys_and_carries_the_names_redis_is_called_by()
    {
        using var authority = await Stack.AuthorityAsync(Cancel);
        foreach (var name in new[] { "redis", "localhost", "127.0.0.1" })
        {
            await using var stream = await EncryptAsync(name, (certificate, errors) => Stack.IsTrusted(authority, certificate, errors));
            Assert.IsTrue(stream.IsAuthenticated, name);
        }
    }

    [TestMethod]
    [Scenario("RED-02")]
    public async Task A_client_that_verifies_refuses_another_name_and_another_authority()
    {
        using var authority = await Stack.AuthorityAsync(Cancel);

        await Assert.ThrowsExactlyAsync<AuthenticationException>(async () => await EncryptAsync("postgres", (certificate, errors) => Stack.IsTrusted(authority, certificate, errors)));

        // What this machine trusts does not include the run's authority.
        await Assert.ThrowsExactlyAsync<AuthenticationException>(async () => await EncryptAsync("redis", static (_, errors) => errors == SslPolicyErrors.None));
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var endpoint = Stack.Application.GetEndpoint("redis", "tcp");
        var client = new TcpClient();
        await client.ConnectAsync(endpoint.Host, endpoint.Port, Cancel);
        return client;
    }

    private async Task<SslStream> EncryptAsync(string name = "redis", Func<X509Certificate, SslPolicyErrors, bool>? trusts = null)
    {
        var client = await ConnectAsync();
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            deadline.CancelAfter(Limit);
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = name,
                    RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is not null && (trusts?.Invoke(certificate, errors) ?? true),
                },
                deadline.Token);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            client.Dispose();
            throw;
        }
    }

    // What is answered; nothing when the server closes.
    private async Task<string> AskAsync(Stream stream, string command)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(Limit);
        var buffer = new byte[1024];
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\n"), deadline.Token);
            return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, deadline.Token));
        }
        catch (IOException)
        {
            return string.Empty;
        }
        catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
        {
            throw new AssertFailedException($"Redis neither answers '{command}' nor closes within {Limit.TotalSeconds:0} s.");
        }
    }
}
