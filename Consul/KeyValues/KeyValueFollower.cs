using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.KeyValues;

/// <summary>Keeps the settings of <see cref="KeyValueConfiguration"/> as Consul's keys below a prefix say, by a blocking query.</summary>
internal sealed class KeyValueFollower(
    string prefix,
    KeyValueConfiguration configuration,
    ConsulClient consul,
    TimeProvider time,
    ILogger<KeyValueFollower> logger) : IHostedLifecycleService, IDisposable
{
    // Services start with the settings where Consul answers; they do not wait long for one that does not.
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, (string? Value, string Reason)> _refused = new(StringComparer.OrdinalIgnoreCase);
    private Task _loop = Task.CompletedTask;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        _loop = Task.Run(() => ConsulRetries.KeepAsync($"Following {prefix}", FollowAsync, logger, time, _stopping.Token), CancellationToken.None);
        await Task.WhenAny(_known.Task, Task.Delay(FirstAnswer, time, cancellationToken));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _loop;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var query = new BlockingQuery<IReadOnlyList<KeyValueEntry>>(
            (options, token) => consul.Keys.ListAsync(prefix, options, token),
            time,
            exception => logger.LogWarning("The last known settings of {Prefix} stay in use: {Reason}", prefix, exception.Message));
        while (true)
        {
            var (entries, _) = await query.NextAsync(BlockingQuery<IReadOnlyList<KeyValueEntry>>.Wait, cancellationToken);
            Use(entries);
            _known.TrySetResult();
        }
    }

    private void Use(IReadOnlyList<KeyValueEntry> entries)
    {
        var before = configuration.Settings;
        var wanted = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in entries)
        {
            // A key that ends so is a folder of Consul's user interface.
            if (entry.Key.Length > prefix.Length && !entry.Key.EndsWith('/'))
            {
                Read(entry, before, wanted);
            }
        }

        var changed = wanted.Where(one => !before.TryGetValue(one.Key, out var value) || value != one.Value).ToList();
        var gone = before.Keys.Where(key => !wanted.ContainsKey(key)).ToList();
        if (changed.Count + gone.Count == 0)
        {
            return;
        }

        if (configuration.Replace(wanted) is null)
        {
            Told(changed.Select(static one => one.Key), gone);
            return;
        }

        // One of them is wrong: each for itself, so that the others are used.
        foreach (var key in gone)
        {
            Try(key, null, static (settings, key, _) => settings.Remove(key));
        }

        foreach (var (key, value) in changed)
        {
            Try(key, value, static (settings, key, value) => settings[key] = value);
        }
    }

    private void Read(KeyValueEntry entry, IReadOnlyDictionary<string, string?> before, Dictionary<string, string?> wanted)
    {
        var key = entry.Key[prefix.Length..].Replace('/', ':');
        try
        {
            wanted[key] = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(entry.Value ?? []);
        }
        catch (DecoderFallbackException)
        {
            Refuse(key, Convert.ToHexString(entry.Value!), "it is not UTF-8");
            if (before.TryGetValue(key, out var last))
            {
                wanted[key] = last;
            }
        }
    }

    private void Try(string key, string? value, Action<Dictionary<string, string?>, string, string?> change)
    {
        var settings = new Dictionary<string, string?>(configuration.Settings, StringComparer.OrdinalIgnoreCase);
        change(settings, key, value);
        if (configuration.Replace(settings) is { } wrong)
        {
            Refuse(key, value, wrong);
        }
        else
        {
            Told([key], []);
        }
    }

    // Once for as long as it is what it is.
    private void Refuse(string key, string? value, string reason)
    {
        if (!_refused.TryGetValue(key, out var refused) || refused != (value, reason))
        {
            _refused[key] = (value, reason);
            logger.LogWarning("The last good value of {Key} stays in use, as {Prefix} of Consul has one that cannot be used: {Reason}", key, prefix, reason);
        }
    }

    // The values may be nobody's business.
    private void Told(IEnumerable<string> changed, IReadOnlyCollection<string> gone)
    {
        foreach (var key in changed.Concat(gone))
        {
            _refused.Remove(key);
            logger.LogInformation("{Key} has changed in {Prefix} of Consul", key, prefix);
        }
    }
}
