using XoeNovAi.AppHost.Configuration;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.AppHost.Data.Backup;

/// <summary>Gives a server of PostgreSQL the commands that back a database up and restore it.</summary>
internal static class BackupCommands
{
    /// <summary>The command that backs up.</summary>
    public const string BackUp = "backup";

    /// <summary>The command that restores.</summary>
    public const string Restore = "restore";

    private const string Chosen = "backup";

    /// <summary>Adds them to a single server.</summary>
    public static IResourceBuilder<PostgresServerResource> WithBackups(this IResourceBuilder<PostgresServerResource> builder, string database, DataOptions options)
        => builder.WithBackups(database, options, (_, _) => Task.FromResult(builder.Resource.Name));

    /// <summary>Adds them to whatever stands for the server.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="builder">What has the commands.</param>
    /// <param name="database">The database.</param>
    /// <param name="options">Where backups are.</param>
    /// <param name="findServer">Names the container that takes writes now; of a cluster, its primary.</param>
    public static IResourceBuilder<T> WithBackups<T>(this IResourceBuilder<T> builder, string database, DataOptions options, Func<IServiceProvider, CancellationToken, Task<string>> findServer)
        where T : IResource
    {
        var path = Path.GetFullPath(Path.Combine(builder.ApplicationBuilder.AppHostDirectory, options.Backups));

        // One after the other: a restore changes what a backup reads.
        var turn = new SemaphoreSlim(1, 1);
        return builder
            .WithCommand(BackUp, "Back up", BackUpAsync, new()
            {
                Description = $"Writes a backup of '{database}' into '{path}'",
                IconName = "ArrowDownload",
                UpdateState = StateOf,
                Progress = new() { Title = "Back up", Message = $"'{database}' is being backed up." },
            })
            .WithCommand(Restore, "Restore", RestoreAsync, new()
            {
                Description = $"Puts a backup of '{database}' in the place of what is there",
                ConfirmationMessage = $"What was written to '{database}' since the backup will be lost. Services wait for their tables meanwhile. Restore it?",
                Arguments = [Choice(path, database)],
                IconName = "ArrowUpload",
                UpdateState = StateOf,
                Progress = new() { Title = "Restore", Message = $"'{database}' is being restored." },
            });

        Task<ExecuteCommandResult> BackUpAsync(ExecuteCommandContext context) => InTurnAsync(context, backups => backups.BackUpAsync(context.CancellationToken));

        Task<ExecuteCommandResult> RestoreAsync(ExecuteCommandContext context)
            => InTurnAsync(context, backups => backups.RestoreAsync(context.Arguments.TryGetByName(Chosen, out var input) ? input.Value : null, context.CancellationToken));

        async Task<ExecuteCommandResult> InTurnAsync(ExecuteCommandContext context, Func<PostgresBackups, Task<(string File, string Message)>> run)
        {
            await turn.WaitAsync(context.CancellationToken).ConfigureAwait(false);
            try
            {
                var container = ContainerOf(await findServer(context.Services, context.CancellationToken).ConfigureAwait(false), context.Services);
                var time = context.Services.GetRequiredService<TimeProvider>();
                var programs = new ServerPrograms(context.Services.GetRequiredService<PodmanCli>(), container, context.Logger);
                var (file, message) = await run(new(database, new(path, database, time), programs, time, context.Logger)).ConfigureAwait(false);
                context.Logger.LogInformation("{Message}", message);
                return CommandResults.Success(message, file);
            }
            catch (DistributedApplicationException exception)
            {
                context.Logger.LogError("{Reason}", exception.Message);
                return CommandResults.Failure(exception.Message);
            }
            finally
            {
                turn.Release();
            }
        }
    }

    private static InteractionInput Choice(string path, string database) => new()
    {
        Name = Chosen,
        Label = "Backup",
        Description = $"A file in '{path}', or the path of another. The newest when nothing is said.",
        InputType = InputType.Choice,
        AllowCustomChoice = true,
        DynamicLoading = new()
        {
            LoadCallback = context =>
            {
                context.Input.Options = [.. new BackupFolder(path, database, TimeProvider.System).Names.Select(static n => KeyValuePair.Create(n, n))];
                return Task.CompletedTask;
            },
        },
    };

    private static ResourceCommandState StateOf(UpdateCommandStateContext context)
        => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;

    private static string ContainerOf(string server, IServiceProvider services)
    {
        var snapshot = services.GetRequiredService<ResourceNotificationService>().TryGetCurrentState(server, out var now) ? now.Snapshot : null;
        return snapshot?.State?.Text == KnownResourceStates.Running && snapshot.Properties.FirstOrDefault(static p => p.Name == "container.id")?.Value is string { Length: > 0 } id
            ? id
            : throw new DistributedApplicationException($"'{server}' does not run: it is {snapshot?.State?.Text ?? "unknown"}. Start it, and repeat this.");
    }
}
