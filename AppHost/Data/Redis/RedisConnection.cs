using StackExchange.Redis;
using XoeNovAi.AppHost.Certificates;

namespace XoeNovAi.AppHost.Data.Redis;

/// <summary>A connection to one Redis that is made when it is first needed and kept. It trusts the run's authority, which this machine does not.</summary>
/// <param name="connectionString">Where it is, and its password.</param>
/// <param name="authority">The run's authority.</param>
/// <param name="commands">What it knows, where that is not all.</param>
internal sealed class RedisConnection(ReferenceExpression connectionString, RunCertificateAuthority authority, CommandMap? commands = null) : IAsyncDisposable
{
    private const int ConnectMilliseconds = 2000;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ConnectionMultiplexer? _connection;

    public async Task<IDatabase> GetDatabaseAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_connection is null)
            {
                var options = ConfigurationOptions.Parse(await connectionString.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? string.Empty);
                options.ConnectTimeout = ConnectMilliseconds;
                options.ConnectRetry = 0;
                options.BacklogPolicy = BacklogPolicy.FailFast;

                // To the library INFO is for administrators.
                options.AllowAdmin = true;
                options.CertificateValidation += (_, certificate, _, errors) => certificate is not null && authority.Vouches(certificate, errors);
                if (commands is not null)
                {
                    options.CommandMap = commands;
                }

                _connection = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            return _connection.GetDatabase();
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _turn.Dispose();
        if (_connection is { } connection)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
