using System.Diagnostics;
using XoeNovAi.Hosting.Podman.Runs;

namespace XoeNovAi.BootBenchmark;

/// <summary>The recorded stack on podman alone: what a good script would do.</summary>
internal sealed class PlainRun(BenchmarkPodman podman, Recording recording)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly string _label = $"{PodmanRun.Label}={recording.Id}";

    // The one folder of the run in which Podman's user may make files.
    private string Logs => Path.Combine(recording.Folder, "logs");

    public async Task<Measurement> MeasureAsync(CancellationToken cancellationToken)
    {
        foreach (var log in Directory.GetFiles(Logs))
        {
            File.Delete(log);
        }

        TimeSpan start;
        TimeSpan answer;
        var clock = Stopwatch.StartNew();
        try
        {
            await StartAsync(cancellationToken);
            start = clock.Elapsed;
            answer = await FirstAnswer.WaitAsync(recording.GatewayPort, clock, cancellationToken);
        }
        finally
        {
            clock.Restart();
            await RemoveAsync();
        }

        return new(start, answer, clock.Elapsed);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(recording.Networks.Select(n => podman.RunAsync(
            ["network", "create", "-o", "isolate=true", .. n.IsInternal ? (string[])["--internal"] : [], .. n.HasNames ? (string[])[] : ["--disable-dns"], "--label", _label, recording.Own(n.NetworkName)],
            cancellationToken)));
        using var inspected = await podman.InspectAsync(["network", "inspect", .. recording.Networks.Select(n => recording.Own(n.NetworkName))], cancellationToken);
        var subnets = recording.Subnets.Zip(inspected.RootElement.EnumerateArray().Select(static n => n.GetProperty("subnets")[0].GetProperty("subnet").GetString()!)).ToList();

        var ready = recording.Containers.ToDictionary(static c => c.Resource, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), StringComparer.Ordinal);
        await Task.WhenAll(recording.Containers.Select(async container =>
        {
            try
            {
                await Task.WhenAll(container.WaitsFor.Select(w => ready[w].Task)).WaitAsync(cancellationToken);
                await StartAsync(container, subnets, cancellationToken);
                ready[container.Resource].SetResult();
            }
            catch (Exception exception)
            {
                ready[container.Resource].TrySetException(exception);
                throw;
            }
        }));
    }

    private async Task StartAsync(RecordedContainer container, IReadOnlyList<(string Recorded, string Own)> subnets, CancellationToken cancellationToken)
    {
        // By marks in between: one's old subnet may be another's new one.
        var environment = subnets.Aggregate(container.Environment, static (text, subnet) => text.Replace($"={subnet.Recorded}\n", $"=\0{subnet.Own}\n", StringComparison.Ordinal)).Replace("\0", string.Empty, StringComparison.Ordinal);
        var file = Path.Combine(recording.Folder, $"{container.Resource}.env");
        await File.WriteAllTextAsync(file, recording.Own(environment), cancellationToken);
        var id = (await podman.RunAsync(container.ArgumentsWith(file).Select(recording.Own), cancellationToken)).Trim().Split('\n')[^1];
        File.Delete(file);
        if (container.Files is { } files)
        {
            using var archive = new MemoryStream(files);
            await podman.UnpackAsync(id, archive, Logs, cancellationToken);
            await podman.RunAsync(["start", id], cancellationToken);
        }

        var asked = Stopwatch.StartNew();
        while (!await container.IsReady(cancellationToken))
        {
            if (asked.Elapsed > Patience)
            {
                throw new InvalidOperationException($"'{container.Resource}', started by podman alone, was not ready after {Patience.TotalSeconds:0} s.");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    // Not cancelled: what was begun is removed, whatever ended it.
    private async Task RemoveAsync()
    {
        await podman.RunAsync(["rm", "-f", "-v", "-t", "10", "--filter", $"label={_label}"], CancellationToken.None);
        await podman.RunAsync(["volume", "rm", "-f", .. (await podman.RunAsync(["volume", "ls", "--quiet"], CancellationToken.None)).Split('\n').Where(v => v.EndsWith(recording.Id, StringComparison.Ordinal))], CancellationToken.None);
        await podman.RunAsync(["network", "rm", "-f", .. recording.Networks.Select(n => recording.Own(n.NetworkName))], CancellationToken.None);
    }
}
