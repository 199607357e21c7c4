using System.Threading.Channels;

namespace Aspire.Hosting.Dashboard;

/// <summary>What the dashboard shows and does; implemented over the running application.</summary>
internal interface IDashboardResourceSource
{
    /// <summary>Name in the dashboard's title.</summary>
    string ApplicationName { get; }

    /// <summary>
    /// Begins to observe the resources. Changes are written to the channel without gap after the snapshot, until
    /// <paramref name="cancellationToken"/> is cancelled; the channel is completed then.
    /// </summary>
    DashboardResourceSubscription Subscribe(CancellationToken cancellationToken);

    /// <summary>
    /// Begins to read a resource's console log: what was logged so far, then what follows unless
    /// <paramref name="follow"/> is false. The channel is completed at the end, or when cancelled.
    /// Null when there is no resource of that name.
    /// </summary>
    ChannelReader<DashboardLogLine>? ReadLog(string resourceName, bool follow, CancellationToken cancellationToken);

    /// <summary>Executes a command of a resource.</summary>
    Task<DashboardCommandResult> ExecuteCommandAsync(
        string resourceName,
        string commandName,
        IReadOnlyDictionary<string, string?> arguments,
        CancellationToken cancellationToken);
}
