using Npgsql;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>What PostgreSQL itself ends of the services, each before whoever waits for it gives up.</summary>
internal static class ServiceLimits
{
    /// <summary>After so long a statement gets no lock.</summary>
    public static readonly TimeSpan Lock = TimeSpan.FromSeconds(3);

    /// <summary>After so long a statement is ended.</summary>
    public static readonly TimeSpan Statement = TimeSpan.FromSeconds(4);

    /// <summary>After so long without a statement a transaction is ended.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    private static readonly (string Setting, TimeSpan Value)[] All = [("lock_timeout", Lock), ("statement_timeout", Statement), ("idle_in_transaction_session_timeout", Idle)];

    /// <summary>Whoever connects so has them, without having said anything.</summary>
    public static async Task HoldAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        foreach (var (setting, value) in All)
        {
            await using var command = source.CreateCommand("SELECT setting FROM pg_settings WHERE name = $1");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = setting });
            Assert.AreEqual($"{value.TotalMilliseconds:0}", await command.ExecuteScalarAsync(cancellationToken), setting);
        }
    }
}
