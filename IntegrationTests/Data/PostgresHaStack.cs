using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.IntegrationTests.Harness.Consul;
using XoeNovAi.IntegrationTests.Harness.Traffic;

namespace XoeNovAi.IntegrationTests.Data;

/// <summary>A stack of a test's own whose PostgreSQL is a cluster; of the services it has those a query goes through.</summary>
internal sealed partial class PostgresHaStack : IAsyncDisposable
{
    /// <summary>What a member says of itself that takes writes.</summary>
    public const string Primary = "primary";

    /// <summary>What a member says of itself that has all that was acknowledged.</summary>
    public const string Standby = "sync standby";

    private const string Unheard = "unheard";
    private const string Cut = "inet xnai_cut";
    private static readonly string[] Arguments =
        ["--Stack:Data=ha", "--Stack:Run=none", "--Stack:Services:gateway:Run=container", "--Stack:Services:rag:Run=container", "--Stack:Services:curation-worker:Run=container"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly OwnStack _stack;
    private readonly HttpClient _gateway;
    private readonly IReadOnlyDictionary<string, HttpClient> _members;

    private PostgresHaStack(OwnStack stack, string connectionString)
    {
        _stack = stack;
        _gateway = stack.Application.CreateHttpClient("gateway", "http");
        ConnectionString = connectionString;
        _members = stack.Model.Resources.Where(static r => r.Annotations.OfType<ResourceRelationshipAnnotation>().Any(static a => a is { Type: "Parent", Resource.Name: "postgres" }) && r is ContainerResource)
            .ToDictionary(static m => m.Name, m => new HttpClient(ConsulApi.CreateHandler(stack.AuthorityPem)) { BaseAddress = stack.Application.GetEndpoint(m.Name, "api") });
    }

    public DistributedApplication Application => _stack.Application;

    public Commands Commands => _stack.Commands;

    /// <summary>Leads whoever connects to the member that takes writes.</summary>
    public string ConnectionString { get; }

    public static async Task<PostgresHaStack> StartAsync(CancellationToken cancellationToken)
    {
        var stack = await OwnStack.StartAsync(Arguments, cancellationToken);
        var settings = new NpgsqlConnectionStringBuilder(await stack.Application.SuperuserOfXnaiAsync(cancellationToken)) { Pooling = false, Timeout = 5, GssEncryptionMode = GssEncryptionMode.Disable };
        var started = new PostgresHaStack(stack, settings.ConnectionString);

        // That rag is healthy is known a moment before the gateway knows of it.
        await Eventually.HoldsAsync(
            "a first query is answered", Limit, token => started.AskAsync($"first-{Guid.NewGuid():n}", token), static answer => answer.Outcome == Sent.Ok, static answer => answer.Outcome, cancellationToken);
        return started;
    }

    /// <summary>What each member says it is.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RolesAsync(CancellationToken cancellationToken)
    {
        var roles = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (member, client) in _members)
        {
            roles[member] = await RoleOfAsync(client, cancellationToken);
        }

        return roles;
    }

    /// <summary>Waits until one member is primary and the other has all that it has acknowledged.</summary>
    /// <returns>The primary, and the other.</returns>
    public async Task<(string Primary, string Standby)> WholeAsync(CancellationToken cancellationToken)
    {
        var roles = await Eventually.HoldsAsync(
            "one member is primary and the other its synchronous standby", Limit, RolesAsync, static r => r.Values.Order(StringComparer.Ordinal).SequenceEqual([Primary, Standby]), static r => string.Join(", ", r), cancellationToken);
        return (roles.Single(static r => r.Value == Primary).Key, roles.Single(static r => r.Value == Standby).Key);
    }

    /// <summary>Waits until a member is primary.</summary>
    public Task LeadsAsync(string member, CancellationToken cancellationToken)
        => Eventually.HoldsAsync($"{member} is primary", Limit, token => RoleOfAsync(_members[member], token), static role => role == Primary, static role => role, cancellationToken);

    /// <summary>Ends a member's container without a word to it, and waits until that has been seen.</summary>
    /// <returns>The moment before, and that at which its process had ended.</returns>
    public async Task<(DateTimeOffset From, DateTimeOffset Ended)> KillAsync(string member, CancellationToken cancellationToken)
    {
        var from = TimeProvider.System.GetUtcNow();
        await _stack.KillAsync(member, cancellationToken);
        await Commands.EndedAsync(member, Limit, cancellationToken);
        return _stack.Application.ResourceNotifications.TryGetCurrentState(member, out var now) && now.Snapshot.StopTimeStamp is { } ended
            ? (from, new(ended.ToUniversalTime(), TimeSpan.Zero))
            : throw new StackException($"It is not known when '{member}' ended.");
    }

    /// <summary>Cuts a member off from Consul, without a word to either; the other member and everybody else it still reaches.</summary>
    public Task CutFromConsulAsync(string member, CancellationToken cancellationToken)
        => RunNftAsync(
            member,
            $$"""
            table {{Cut}} {
              chain incoming { type filter hook input priority -10; tcp sport 8500 drop; }
              chain outgoing { type filter hook output priority -10; tcp dport 8500 drop; }
            }
            """,
            cancellationToken);

    /// <summary>Ends that.</summary>
    public Task MendAsync(string member, CancellationToken cancellationToken) => RunNftAsync(member, $"delete table {Cut}", cancellationToken);

    /// <summary>Runs a statement on one member, whatever it is.</summary>
    public async Task ExecuteOnAsync(string member, string sql, CancellationToken cancellationToken)
    {
        var endpoint = _stack.Application.GetEndpoint(member, "tcp");
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString) { Host = endpoint.Host, Port = endpoint.Port, TargetSessionAttributes = null, HostRecheckSeconds = 0, CommandTimeout = 2 };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Asks a question under a request id.</summary>
    public async Task<(string Instance, string Outcome)> AskAsync(string requestId, CancellationToken cancellationToken)
    {
        using var response = await _gateway.AskAsync(requestId, cancellationToken);
        return (string.Empty, response.IsSuccessStatusCode ? Sent.Ok : $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }

    /// <summary>Waits until both instances of rag say that PostgreSQL takes their writes.</summary>
    public async Task ConnectedAsync(CancellationToken cancellationToken)
    {
        foreach (var rag in new[] { "rag-1", "rag-2" })
        {
            using var client = _stack.Application.CreateHttpClient(rag, "http");
            await Eventually.HoldsAsync(
                $"{rag} says that it is connected to PostgreSQL",
                Limit,
                async token =>
                {
                    using var health = (await client.GetFromJsonAsync<JsonDocument>("/xnai/api/v1/health", token))!;
                    return health.RootElement.GetProperty("database").GetProperty("status").GetString()!;
                },
                static status => status == "connected",
                static status => status,
                cancellationToken);
        }
    }

    /// <summary>The texts a query gives on the primary.</summary>
    public async Task<IReadOnlySet<string>> ReadAsync(string sql, string? parameter, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        if (parameter is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parameter });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    /// <summary>The first row of the audit that a member's successor has written; null as long as there is none.</summary>
    public async Task<DateTimeOffset?> FirstAuditedAsync(DateTimeOffset after, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT min(created_at) FROM audit_log WHERE created_at > $1", connection) { Parameters = { new NpgsqlParameter<DateTime> { TypedValue = after.UtcDateTime } } };
        return await command.ExecuteScalarAsync(cancellationToken) is DateTime first ? new DateTimeOffset(first) : null;
    }

    /// <summary>The request ids of which rag has said that it could not write them into the audit.</summary>
    public async Task<IReadOnlySet<string>> RefusedAsync(string run, CancellationToken cancellationToken)
    {
        var refused = new HashSet<string>(StringComparer.Ordinal);
        var logs = Path.Combine(_stack.Application.Services.GetRequiredService<PodmanRun>().FolderPath, "logs");
        foreach (var log in Directory.EnumerateFiles(logs, "rag-*.log"))
        {
            await foreach (var line in File.ReadLinesAsync(log, cancellationToken))
            {
                if (line.Contains("is not written to audit_log", StringComparison.Ordinal) && RequestId().Match(line) is { Success: true } id && id.Value.StartsWith(run, StringComparison.Ordinal))
                {
                    refused.Add(id.Value);
                }
            }
        }

        return refused;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members.Values)
        {
            member.Dispose();
        }

        _gateway.Dispose();
        await _stack.DisposeAsync();
    }

    private async Task RunNftAsync(string member, string rules, CancellationToken cancellationToken)
    {
        // What it prints is what it complains about.
        var complaint = await _stack.RunInNetworkOfAsync(member, ["nft", rules], cancellationToken);
        Assert.AreEqual(string.Empty, complaint);
    }

    private static async Task<string> RoleOfAsync(HttpClient member, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await member.GetAsync(new Uri("/patroni", UriKind.Relative), cancellationToken);
            using var status = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
            return status.RootElement.GetProperty("state").GetString() is var state and not "running" ? $"{state}"
                : status.RootElement.GetProperty("role").GetString() is "master" or "primary" ? Primary
                : status.RootElement.TryGetProperty("sync_standby", out _) ? Standby
                : "replica";
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            return Unheard;
        }
    }

    [GeneratedRegex("pg06-[0-9a-z-]+")]
    private static partial Regex RequestId();
}
