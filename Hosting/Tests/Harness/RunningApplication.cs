using XoeNovAi.Hosting.Podman.Runs;

namespace XoeNovAi.Hosting.Tests.Harness;

/// <summary>Asks a running application.</summary>
internal static class RunningApplication
{
    extension(DistributedApplication application)
    {
        /// <summary>The id of its run on Podman.</summary>
        public string RunId => application.Services.GetRequiredService<PodmanRun>().Id;

        /// <summary>What is known of a resource now.</summary>
        public CustomResourceSnapshot StateOf(string resource)
            => application.ResourceNotifications.TryGetCurrentState(resource, out var now) ? now.Snapshot : throw new AssertFailedException($"Nothing is known of '{resource}'.");

        /// <summary>Waits until a resource runs; the id of its container.</summary>
        public async Task<string> RunningAsync(string resource, CancellationToken cancellationToken)
            => IdOf(await application.SeenAsync(resource, static s => s.State?.Text == KnownResourceStates.Running && IdOf(s) is not null, cancellationToken))!;

        /// <summary>Waits until a resource has ended, however that came.</summary>
        public Task<CustomResourceSnapshot> EndedAsync(string resource, CancellationToken cancellationToken)
            => application.SeenAsync(resource, static s => KnownResourceStates.TerminalStates.Contains(s.State?.Text), cancellationToken);

        /// <summary>Waits until a resource has ended well; what it wrote.</summary>
        public async Task<string> EndedWellAsync(string resource, CancellationToken cancellationToken)
        {
            var ended = await application.EndedAsync(resource, cancellationToken);
            var log = await application.LogAsync(resource, cancellationToken);
            Assert.AreEqual(0, ended.ExitCode, $"'{resource}' is {ended.State?.Text}. {log}");
            return log;
        }

        /// <summary>Waits for a state of a resource; when it does not come, says which one it has.</summary>
        public async Task<CustomResourceSnapshot> SeenAsync(string resource, Func<CustomResourceSnapshot, bool> awaited, CancellationToken cancellationToken)
        {
            try
            {
                return (await application.ResourceNotifications.WaitForResourceAsync(resource, e => awaited(e.Snapshot), cancellationToken)).Snapshot;
            }
            catch (OperationCanceledException)
            {
                throw new AssertFailedException($"'{resource}' is {application.StateOf(resource).State?.Text}, which was not waited for. {await application.LogAsync(resource, CancellationToken.None)}");
            }
        }

        /// <summary>Executes a command on a resource.</summary>
        public async Task<ExecuteCommandResult> CommandAsync(string resource, string command, CancellationToken cancellationToken)
        {
            var result = await application.ResourceCommands.ExecuteCommandAsync(resource, command, cancellationToken);
            Assert.IsTrue(result.Success, $"'{command}' of '{resource}': {result.Message}");
            return result;
        }

        /// <summary>What a resource has written so far.</summary>
        public async Task<List<LogLine>> LinesAsync(string resource, CancellationToken cancellationToken)
        {
            var lines = new List<LogLine>();
            var model = application.Services.GetRequiredService<DistributedApplicationModel>();
            await foreach (var batch in application.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(model.Resources.Single(r => r.Name == resource)).WithCancellation(cancellationToken))
            {
                lines.AddRange(batch);
            }

            return lines;
        }

        /// <summary>The same as one text, without the times.</summary>
        public async Task<string> LogAsync(string resource, CancellationToken cancellationToken)
            => string.Join('\n', (await application.LinesAsync(resource, cancellationToken)).Select(static l => l.Content[(l.Content.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
    }

    private static string? IdOf(CustomResourceSnapshot snapshot) => snapshot.Properties.FirstOrDefault(static p => p.Name == "container.id")?.Value?.ToString();
}
