using System.Collections.Concurrent;
using System.Threading.Channels;
using Aspire.Hosting.Dashboard;

namespace XoeNovAi.Hosting.Tests.Dashboard;

/// <summary>Resources a test sets by hand.</summary>
internal sealed class RecordedResources(params DashboardResource[] snapshot) : IDashboardResourceSource
{
    private readonly Channel<DashboardResourceChange> _changes = Channel.CreateUnbounded<DashboardResourceChange>();

    public ConcurrentQueue<string> Commands { get; } = new();

    public string ApplicationName => "stack";

    public void Publish(DashboardResourceChange change) => Assert.IsTrue(_changes.Writer.TryWrite(change));

    public DashboardResourceSubscription Subscribe(CancellationToken cancellationToken) => new(snapshot, _changes.Reader);

    public ChannelReader<DashboardLogLine>? ReadLog(string resourceName, bool follow, CancellationToken cancellationToken)
    {
        if (snapshot.All(resource => resource.Name != resourceName))
        {
            return null;
        }

        var lines = Channel.CreateUnbounded<DashboardLogLine>();
        lines.Writer.TryWrite(new(1, "ready", IsError: false));
        lines.Writer.TryWrite(new(2, "oops", IsError: true));
        lines.Writer.Complete();
        return lines.Reader;
    }

    public Task<DashboardCommandResult> ExecuteCommandAsync(
        string resourceName,
        string commandName,
        IReadOnlyDictionary<string, string?> arguments,
        CancellationToken cancellationToken)
    {
        Commands.Enqueue($"{resourceName} {commandName}");
        return Task.FromResult(new DashboardCommandResult(DashboardCommandOutcome.Failed, "it is stopped"));
    }
}
