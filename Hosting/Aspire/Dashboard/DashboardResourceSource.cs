using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>Shows the dashboard the application's resources.</summary>
internal sealed class DashboardResourceSource(DashboardOptions options, ResourceNotificationService notifications, ResourceLoggerService loggers, ResourceCommandService commands) : IDashboardResourceSource
{
    public string ApplicationName => options.ApplicationName;

    public DashboardResourceSubscription Subscribe(CancellationToken cancellationToken)
    {
        var changes = Channel.CreateUnbounded<DashboardResourceChange>(new() { SingleReader = true });
        _ = CopyAsync(notifications.WatchAsync(cancellationToken), static e => [new DashboardResourceChange(Describe(e))], changes.Writer, cancellationToken);

        // The watch itself begins with what there is.
        return new([], changes.Reader);
    }

    public ChannelReader<DashboardLogLine>? ReadLog(string resourceName, bool follow, CancellationToken cancellationToken)
    {
        if (!notifications.TryGetCurrentState(resourceName, out _))
        {
            return null;
        }

        var lines = Channel.CreateUnbounded<DashboardLogLine>(new() { SingleReader = true });
        var source = follow ? loggers.WatchAsync(resourceName) : loggers.GetAllAsync(resourceName);
        _ = CopyAsync(source, static batch => batch.Select(static l => new DashboardLogLine(l.LineNumber, l.Content, l.IsErrorMessage)), lines.Writer, cancellationToken);
        return lines.Reader;
    }

    public async Task<DashboardCommandResult> ExecuteCommandAsync(string resourceName, string commandName, IReadOnlyDictionary<string, string?> arguments, CancellationToken cancellationToken)
    {
        var result = await commands.ExecuteCommandAsync(resourceName, commandName, cancellationToken).ConfigureAwait(false);
        return result switch
        {
            { Success: true } => new(DashboardCommandOutcome.Succeeded, result.Message),
            { Canceled: true } => new(DashboardCommandOutcome.Canceled),
            _ => new(DashboardCommandOutcome.Failed, result.ErrorMessage ?? result.Message),
        };
    }

    private static async Task CopyAsync<TSource, TItem>(IAsyncEnumerable<TSource> source, Func<TSource, IEnumerable<TItem>> convert, ChannelWriter<TItem> target, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in source.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                foreach (var converted in convert(item))
                {
                    target.TryWrite(converted);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The dashboard has gone, or the application ends.
        }
        finally
        {
            target.TryComplete();
        }
    }

    private static DashboardResource Describe(ResourceEvent change)
    {
        var snapshot = change.Snapshot;
        return new()
        {
            Name = change.ResourceId,
            DisplayName = change.Resource.Name,
            ResourceType = snapshot.ResourceType,
            Uid = change.ResourceId,
            State = snapshot.State?.Text,
            StateStyle = snapshot.State?.Style,
            CreatedAt = snapshot.CreationTimeStamp,
            StartedAt = snapshot.StartTimeStamp,
            StoppedAt = snapshot.StopTimeStamp,
            IsHidden = snapshot.IsHidden,
            SupportsDetailedTelemetry = change.Resource.HasAnnotationOfType<OtlpExporterAnnotation>(),
            IconName = snapshot.IconName,
            Environment = [.. snapshot.EnvironmentVariables.Select(static v => new DashboardEnvironmentVariable(v.Name, v.Value, v.IsFromSpec))],
            Properties = [.. snapshot.Properties.Select(static p => new DashboardProperty(p.Name, p.Value, p.IsSensitive)), .. ExitCodeOf(snapshot)],
            Urls = [.. snapshot.Urls.Select(static u => new DashboardUrl(u.Name, u.Url, u.IsInternal, u.IsInactive, u.DisplayProperties.DisplayName, u.DisplayProperties.SortOrder))],
            Volumes = [.. snapshot.Volumes.Select(static v => new DashboardVolume(v.Source ?? string.Empty, v.Target, v.MountType, v.IsReadOnly))],
            HealthReports = [.. snapshot.HealthReports.Select(static r => new DashboardHealthReport(r.Name, r.Status, r.Description, r.ExceptionText, r.LastRunAt))],
            Relationships = [.. snapshot.Relationships.Select(static r => new DashboardRelationship(r.ResourceName, r.Type))],
            Commands = [.. snapshot.Commands.Select(Describe)],
        };
    }

    private static DashboardCommand Describe(ResourceCommandSnapshot command)
        => new()
        {
            Name = command.Name,
            DisplayName = command.DisplayName,
            DisplayDescription = command.DisplayDescription,
            ConfirmationMessage = command.ConfirmationMessage,
            IconName = command.IconName,
            IsIconFilled = command.IconVariant == IconVariant.Filled,
            IsHighlighted = command.IsHighlighted,
            State = command.State switch
            {
                ResourceCommandState.Enabled => DashboardCommandState.Enabled,
                ResourceCommandState.Disabled => DashboardCommandState.Disabled,
                _ => DashboardCommandState.Hidden,
            },
        };

    private static IEnumerable<DashboardProperty> ExitCodeOf(CustomResourceSnapshot snapshot)
        => snapshot.ExitCode is { } code ? [new(DashboardPropertyNames.ExitCode, code)] : [];
}
