using System.Text.Json;
using XoeNovAi.Hosting.Consul;

namespace XoeNovAi.IntegrationTests.Security;

/// <summary>What nobody but the stack may know of a run.</summary>
internal static class StackSecrets
{
    private static readonly string[] Keys = ["AppHost:BrowserToken", "AppHost:OtlpApiKey", "AppHost:DashboardApiKey"];

    /// <summary>The secrets of a run by their names: the stores' passwords, Consul's tokens, and the dashboard's keys where there is one.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(DistributedApplication application, CancellationToken cancellationToken)
    {
        var model = application.Services.GetRequiredService<DistributedApplicationModel>();
        var configuration = application.Services.GetRequiredService<IConfiguration>();
        var parameters = model.Resources.OfType<ParameterResource>().Where(static p => p.Secret)
            .Concat(model.Resources.OfType<PostgresServerResource>().Select(static p => p.PasswordParameter))
            .Concat(model.Resources.OfType<RedisResource>().Select(static r => r.PasswordParameter).OfType<ParameterResource>())
            .Concat(model.Resources.OfType<ConsulResource>().SelectMany(static c => c.TokenParameters))
            .DistinctBy(static p => p.Name);
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in parameters)
        {
            secrets[parameter.Name] = await parameter.GetValueAsync(cancellationToken) ?? throw new StackException($"'{parameter.Name}' has no value.");
        }

        // No resource of its own, whichever way PostgreSQL is run.
        secrets["xnai-password"] = new Npgsql.NpgsqlConnectionStringBuilder(await application.GetConnectionStringAsync("xnai", cancellationToken)).Password ?? throw new StackException("'xnai' has no password.");
        foreach (var key in Keys)
        {
            if (configuration[key] is { Length: > 0 } value)
            {
                secrets[key] = value;
            }
        }

        return secrets.Count >= 2 ? secrets : throw new StackException("The stack has no secrets to look for.");
    }

    /// <summary>The names of those that a text has, as they are or as a URL or JSON would have them.</summary>
    public static IReadOnlyList<string> In(this IReadOnlyDictionary<string, string> secrets, string text)
        => [.. secrets.Where(s => Spellings(s.Value).Any(one => text.Contains(one, StringComparison.Ordinal))).Select(static s => s.Key)];

    // JSON may write a plus sign, which passwords have, as its number.
    private static string[] Spellings(string secret) => [secret, Uri.EscapeDataString(secret), JsonEncodedText.Encode(secret).Value];
}
