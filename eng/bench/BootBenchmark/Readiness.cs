using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Npgsql;
using XoeNovAi.Hosting.Consul;

namespace XoeNovAi.BootBenchmark;

/// <summary>Asks a container what the AppHost's health check of its resource asks, as often as that does.</summary>
internal sealed class Readiness(X509Certificate2 authority, ConsulAccessControl access) : IDisposable
{
    private const string Consul = "consul";
    private const string Postgres = "postgres";
    private const string Redis = "redis";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };

    public void Dispose() => _http.Dispose();

    /// <summary>Returns when the container is ready for those that wait for it.</summary>
    public async Task WaitAsync(RecordedContainer container, int port, CancellationToken cancellationToken)
    {
        var asked = Stopwatch.StartNew();
        while (!await AsksAsync(container, port, cancellationToken).ConfigureAwait(false))
        {
            if (asked.Elapsed > Patience)
            {
                throw new InvalidOperationException($"'{container.Resource}', started by podman alone, was not ready after {Patience.TotalSeconds:0} s.");
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> AsksAsync(RecordedContainer container, int port, CancellationToken cancellationToken)
    {
        try
        {
            return container switch
            {
                { CheckPath: { } path } => await AnswersAsync(new($"http://127.0.0.1:{port}{path}"), cancellationToken).ConfigureAwait(false),
                { Resource: Consul } => await AnswersAsync(new($"http://127.0.0.1:{port}/v1/status/leader"), cancellationToken).ConfigureAwait(false)
                    && await KnowsTokensAsync(port, cancellationToken).ConfigureAwait(false),
                { Resource: Postgres } => await SelectsAsync(container, port, cancellationToken).ConfigureAwait(false),
                { Resource: Redis } => await PongsAsync(container, port, cancellationToken).ConfigureAwait(false),
                _ => throw new InvalidOperationException($"The benchmark does not know how '{container.Resource}' says that it is ready."),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or NpgsqlException or IOException or SocketException or TimeoutException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task<bool> AnswersAsync(Uri address, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(address, cancellationToken).ConfigureAwait(false);

        // Consul without a leader answers 200 with an empty name.
        return response.StatusCode == HttpStatusCode.OK && (await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)).Length > 2;
    }

    private async Task<bool> KnowsTokensAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}/"), Timeout = _http.Timeout };
        await new ConsulTokens(client, access).EnsureAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async Task<bool> SelectsAsync(RecordedContainer container, int port, CancellationToken cancellationToken)
    {
        const string Database = "xnai";
        var settings = new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = "postgres", Password = container.Secret("POSTGRES_PASSWORD"), Database = "postgres", Pooling = false, Timeout = 2 };
        var server = new NpgsqlConnection(settings.ConnectionString);
        await using (server.ConfigureAwait(false))
        {
            await server.OpenAsync(cancellationToken).ConfigureAwait(false);
            var create = new NpgsqlCommand($"CREATE DATABASE {Database}", server);
            await using (create.ConfigureAwait(false))
            {
                try
                {
                    await create.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DuplicateDatabase)
                {
                    // An earlier question got this far, and no further.
                }
            }
        }

        settings.Database = Database;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            var select = new NpgsqlCommand("SELECT 1", connection);
            await using (select.ConfigureAwait(false))
            {
                return await select.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is 1;
            }
        }
    }

    private async Task<bool> PongsAsync(RecordedContainer container, int port, CancellationToken cancellationToken)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(authority);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken).ConfigureAwait(false);

        var tls = new SslStream(client.GetStream());
        await using (tls.ConfigureAwait(false))
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Redis, CertificateChainPolicy = trust }, cancellationToken).ConfigureAwait(false);
            await tls.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {container.Secret("REDIS_PASSWORD")}\r\nPING\r\n"), cancellationToken).ConfigureAwait(false);
            using var reader = new StreamReader(tls, Encoding.ASCII);
            return await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) == "+OK"
                && await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) == "+PONG";
        }
    }
}
