namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>The end of a resource's log, for messages.</summary>
internal sealed class ResourceLogs(ResourceLoggerService loggers, DistributedApplicationModel model)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Those of an application.</summary>
    public static ResourceLogs Of(DistributedApplication application)
        => new(application.Services.GetRequiredService<ResourceLoggerService>(), application.Services.GetRequiredService<DistributedApplicationModel>());

    /// <summary>The last lines of a resource, or of one instance of it; what could be read within a few seconds when the log is slow.</summary>
    public async Task<IReadOnlyList<string>> TailAsync(string resource, int lines)
    {
        var all = new List<string>();
        using var deadline = new CancellationTokenSource(Limit);
        try
        {
            var named = model.Resources.FirstOrDefault(r => r.Name == resource);
            await foreach (var batch in (named is null ? loggers.GetAllAsync(resource) : loggers.GetAllAsync(named)).WithCancellation(deadline.Token))
            {
                all.AddRange(batch.Select(static l => l.Content));
            }
        }
        catch (OperationCanceledException)
        {
            all.Add("(the rest could not be read in time)");
        }

        return [.. all.TakeLast(lines)];
    }

    /// <summary>The last lines under a heading, indented.</summary>
    public async Task<string> DescribeAsync(string resource, int lines)
    {
        var tail = await TailAsync(resource, lines);
        return tail.Count == 0
            ? $"{resource} has logged nothing."
            : $"The last lines of {resource}:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", tail)}";
    }
}
