using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>Listens to what becomes of containers: one command tells of all of them.</summary>
internal sealed class ContainerEvents(PodmanCli podman, PodmanRun run, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Listens until cancelled.</summary>
    /// <param name="labels">What containers it is about, by label; those of any.</param>
    /// <param name="happened">Told what happened, one thing at a time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DistributedApplicationException">Podman tells nothing any more.</exception>
    public async Task ListenAsync(IEnumerable<string> labels, Action<ContainerEvent> happened, CancellationToken cancellationToken)
    {
        var filters = labels.SelectMany(static l => (string[])["--filter", $"label={l}"]).ToList();

        // Not only from when podman listens: a container may have ended by then.
        var since = time.GetUtcNow();
        while (true)
        {
            var complaint = string.Empty;
            var heard = false;
            string[] arguments = ["events", "--since", since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture), "--format", "json", "--filter", "type=container", .. filters];
            await foreach (var (line, isError) in podman.FollowAsync(arguments, run.Id, cancellationToken).ConfigureAwait(false))
            {
                if (isError)
                {
                    complaint = line;
                }
                else if (JsonSerializer.Deserialize(line, ContainerEventContext.Default.ContainerEvent) is { Id: not null } told)
                {
                    heard = true;
                    since = told.Time ?? since;
                    happened(told);
                }
            }

            // Podman stops telling when it begins a new file of events. What it says once more is known by then.
            if (!heard && complaint.Length > 0)
            {
                throw new DistributedApplicationException($"'podman events' has ended: what becomes of the containers cannot be seen any more. {complaint}");
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>A line of <c>podman events --format json</c>.</summary>
/// <param name="Id">The container.</param>
/// <param name="Name">The container's name.</param>
/// <param name="Status">What happened.</param>
/// <param name="ExitCode">With what its process ended; left out where it is 0.</param>
/// <param name="Time">When.</param>
internal sealed record ContainerEvent(
    [property: JsonPropertyName("ID")] string? Id,
    [property: JsonPropertyName("Name")] string? Name,
    [property: JsonPropertyName("Status")] string? Status,
    [property: JsonPropertyName("ContainerExitCode")] int ExitCode,
    [property: JsonPropertyName("Time")] DateTimeOffset? Time)
{
    /// <summary>Its process has ended.</summary>
    public const string Died = "died";

    /// <summary>Its process has started.</summary>
    public const string Start = "start";
}

[JsonSerializable(typeof(ContainerEvent))]
internal sealed partial class ContainerEventContext : JsonSerializerContext;
