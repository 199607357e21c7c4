using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace XoeNovAi.BootBenchmark;

/// <summary>The recorded stack on podman alone: what a good script would do.</summary>
internal sealed class PlainStack(Podman podman, RecordedStack recorded, string label)
{
    private readonly string _id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    private readonly ConcurrentQueue<StateChange> _changes = [];
    private readonly Stopwatch _clock = new();

    public async Task<Measurement> MeasureAsync(CancellationToken cancellationToken)
    {
        // Where a run's would be: podman's user enters it as he enters theirs.
        var folder = Directory.CreateDirectory(Path.Combine(podman.RunRoot, $"run-{_id}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute).FullName;
        try
        {
            TimeSpan start;
            TimeSpan processor;
            var stop = new Stopwatch();
            try
            {
                var busy = ProcessorTime.Now();
                _clock.Start();
                await StartAsync(cancellationToken).ConfigureAwait(false);
                start = _clock.Elapsed;
                processor = ProcessorTime.Now() - busy;
            }
            finally
            {
                stop.Start();
                await RemoveAsync().ConfigureAwait(false);
            }

            return new() { Start = start, StartProcessor = processor, Stop = stop.Elapsed, Changes = [.. _changes] };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var names = recorded.Networks.Keys.Select(NameOf).ToList();
        await Task.WhenAll(names.Select(n => podman.RunAsync(["network", "create", "-o", "isolate=true", "--internal", "--label", label, n], cancellationToken))).ConfigureAwait(false);
        using var inspected = JsonDocument.Parse(await podman.RunAsync(["network", "inspect", .. names], cancellationToken).ConfigureAwait(false));
        var subnets = recorded.Networks.Values
            .Zip(inspected.RootElement.EnumerateArray().Select(static n => n.GetProperty("subnets")[0].GetProperty("subnet").GetString()!))
            .ToDictionary(static s => s.First, static s => s.Second, StringComparer.Ordinal);
        Note("networks", "made");

        using var authority = recorded.ReadAuthority();
        using var readiness = new Readiness(authority, recorded.Access);
        var ready = recorded.Containers.ToDictionary(static c => c.Resource, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), StringComparer.Ordinal);
        await Task.WhenAll(recorded.Containers.Select(async container =>
        {
            try
            {
                await Task.WhenAll(container.WaitsFor.Select(w => ready[w].Task)).WaitAsync(cancellationToken).ConfigureAwait(false);
                await StartAsync(container, subnets, readiness, cancellationToken).ConfigureAwait(false);
                ready[container.Resource].SetResult();
            }
            catch (Exception exception)
            {
                ready[container.Resource].TrySetException(exception);
                throw;
            }
        })).ConfigureAwait(false);
    }

    private async Task StartAsync(RecordedContainer container, Dictionary<string, string> subnets, Readiness readiness, CancellationToken cancellationToken)
    {
        Note(container.Resource, "Starting");
        var name = $"{container.Resource}-{_id}";
        var ports = container.Ports.Select(static p => (Container: p, Host: FreePort.Find())).ToList();
        foreach (var file in container.Files)
        {
            var path = NameOf(file.HostPath);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, file.Text, cancellationToken).ConfigureAwait(false);
        }

        await podman.RunAsync(
            [
                "run", "--detach", "--name", name, "--label", label,
                .. ports.SelectMany(static p => (string[])["-p", $"127.0.0.1:{p.Host}:{p.Container}"]),
                .. container.Arguments.Select(a => a.Split('=', 2) is [var key, var value] && subnets.TryGetValue(value, out var own) ? $"{key}={own}" : NameOf(a)),
            ],
            cancellationToken).ConfigureAwait(false);
        Note(container.Resource, "Running");
        await readiness.WaitAsync(container, ports[0].Host, cancellationToken).ConfigureAwait(false);
        Note(container.Resource, "Healthy");
    }

    // Not cancelled: what was begun is removed, whatever ended it.
    private async Task RemoveAsync()
    {
        var containers = await podman.RunAsync(["ps", "-aq", "--filter", $"label={label}"], CancellationToken.None).ConfigureAwait(false);
        if (containers.Length > 0)
        {
            await podman.RunAsync(["rm", "-f", "-v", "-t", "10", .. containers.Split('\n', StringSplitOptions.RemoveEmptyEntries)], CancellationToken.None).ConfigureAwait(false);
        }

        await podman.RunAsync(["network", "rm", "-f", .. recorded.Networks.Keys.Select(NameOf)], CancellationToken.None).ConfigureAwait(false);
    }

    private string NameOf(string text) => text.Replace(recorded.RunId, _id, StringComparison.Ordinal);

    private void Note(string resource, string state) => _changes.Enqueue(new(resource, state, _clock.Elapsed));
}
