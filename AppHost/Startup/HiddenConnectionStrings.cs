namespace XoeNovAi.AppHost.Startup;

/// <summary>
/// Takes passwords out of what the dashboard and the CLI are told: Aspire hands connection strings over as they are, hidden
/// only until somebody asks for them.
/// </summary>
internal sealed class HiddenConnectionStrings(ResourceNotificationService notifications) : BackgroundService
{
    private const string Masked = "********";
    private static readonly string[] Names = [CustomResourceKnownProperties.ConnectionString, CustomResourceKnownProperties.ConnectionProperties];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var change in notifications.WatchAsync(stoppingToken).ConfigureAwait(false))
        {
            if (change.Snapshot.Properties.Any(IsOpen))
            {
                await notifications.PublishUpdateAsync(change.Resource, change.ResourceId, static s => s with { Properties = [.. s.Properties.Select(static p => IsOpen(p) ? p with { Value = Masked } : p)] }).ConfigureAwait(false);
            }
        }
    }

    private static bool IsOpen(ResourcePropertySnapshot property) => Names.Contains(property.Name, StringComparer.Ordinal) && property.Value is not Masked;
}
