using System.Net;
using System.Net.Sockets;
using Npgsql;
using StackExchange.Redis;
using XoeNovAi.Hosting.Consul;

namespace XoeNovAi.BootBenchmark;

/// <summary>Asks a container what the AppHost asks before it lets others start, and does what it does then: makes databases and tokens.</summary>
internal static class Readiness
{
    private const string CheckPath = "Discovery__CheckPath=";

    // Certificates are the recorded run's; whose they are does not matter to how long it takes.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null } }) { Timeout = TimeSpan.FromSeconds(2) };

    public static async Task<Func<CancellationToken, Task<bool>>> OfAsync(ContainerResource container, IEnumerable<string> environment, DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        Func<CancellationToken, Task<bool>> question;
        switch (container)
        {
            case PostgresServerResource postgres:
                var server = (await postgres.ConnectionStringExpression.GetValueAsync(cancellationToken))!;
                var databases = new List<NpgsqlConnectionStringBuilder>();
                foreach (var database in model.Resources.OfType<IResourceWithConnectionString>().Where(d => d is IResourceWithParent child && child.Parent == postgres))
                {
                    databases.Add(new(await database.GetConnectionStringAsync(cancellationToken)));
                }

                question = token => SelectsAsync(server, databases, token);
                break;
            case RedisResource redis:
                var cache = (await redis.ConnectionStringExpression.GetValueAsync(cancellationToken))!;
                question = token => PongsAsync(cache, token);
                break;
            case ConsulResource consul:
                var tokens = await ConsulTokens.OfAsync(consul, cancellationToken);
                question = tokens.AreKnownAsync;
                break;
            default:
                var path = environment.First(static e => e.StartsWith(CheckPath, StringComparison.Ordinal))[CheckPath.Length..];
                var address = new Uri($"http://127.0.0.1:{RecordedContainer.PortOf(container, "http")}{path}");
                question = token => AnswersAsync(address, token);
                break;
        }

        return token => AskAsync(question, token);
    }

    private static async Task<bool> AskAsync(Func<CancellationToken, Task<bool>> question, CancellationToken cancellationToken)
    {
        try
        {
            return await question(cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or NpgsqlException or RedisException or IOException or SocketException or TimeoutException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static async Task<bool> AnswersAsync(Uri address, CancellationToken cancellationToken)
    {
        using var response = await Http.GetAsync(address, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK;
    }

    private static async Task<bool> SelectsAsync(string connectionString, IReadOnlyList<NpgsqlConnectionStringBuilder> databases, CancellationToken cancellationToken)
    {
        var settings = Trusting(new(connectionString) { Database = "postgres" });
        await using var server = new NpgsqlConnection(settings.ConnectionString);
        await server.OpenAsync(cancellationToken);
        foreach (var database in databases)
        {
            await MakeAsync(server, $"CREATE ROLE \"{database.Username}\" LOGIN PASSWORD '{database.Password}'", cancellationToken);
            await MakeAsync(server, $"CREATE DATABASE \"{database.Database}\" OWNER \"{database.Username}\"", cancellationToken);
            await using var connection = new NpgsqlConnection(Trusting(new(database.ConnectionString) { Host = settings.Host, Port = settings.Port }).ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var select = new NpgsqlCommand("SELECT 1", connection);
            await select.ExecuteScalarAsync(cancellationToken);
        }

        return true;
    }

    // The recorded run's authority has gone with it.
    private static NpgsqlConnectionStringBuilder Trusting(NpgsqlConnectionStringBuilder settings)
    {
        (settings.Pooling, settings.Timeout, settings.SslMode, settings.RootCertificate) = (false, 2, SslMode.Require, null);
        return settings;
    }

    private static async Task MakeAsync(NpgsqlConnection server, string statement, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Of the model's own names and a generated password.
        await using var create = new NpgsqlCommand(statement, server);
#pragma warning restore CA2100
        try
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.DuplicateObject)
        {
            // An earlier question got this far, and no further.
        }
    }

    private static async Task<bool> PongsAsync(string connectionString, CancellationToken cancellationToken)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.ConnectTimeout = 2000;
        options.ConnectRetry = 0;
        options.CertificateValidation += static (_, certificate, _, _) => certificate is not null;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        await connection.GetDatabase().PingAsync().WaitAsync(cancellationToken);
        return true;
    }
}
