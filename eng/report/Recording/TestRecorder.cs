using System.Text.RegularExpressions;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Extensions.OutputDevice;
using Microsoft.Testing.Platform.Extensions.TestHost;
using Microsoft.Testing.Platform.Messages;
using Microsoft.Testing.Platform.OutputDevice;
using Microsoft.Testing.Platform.Services;
using XoeNovAi.Report.Pages;
using XoeNovAi.Report.Runs;

namespace XoeNovAi.Report.Recording;

/// <summary>Writes down how the tests of a project ended, and after the last one the report of the run so far.</summary>
internal sealed partial class TestRecorder(IOutputDevice output, IMessageBus messages, string folder, string project, TimeProvider time)
    : IDataConsumer, IDataProducer, ITestSessionLifetimeHandler, IOutputDeviceDataProducer
{
    private static readonly string[] Shown = [".svg", ".png", ".json", ".csv"];
    private readonly Dictionary<string, TestRecord> _tests = new(StringComparer.Ordinal);
    private DateTimeOffset _started;

    public string Uid => nameof(TestRecorder);

    public string Version => "1.0.0";

    public string DisplayName => "Report";

    public string Description => "Writes the report of a run.";

    public Type[] DataTypesConsumed { get; } = [typeof(TestNodeUpdateMessage)];

    public Type[] DataTypesProduced { get; } = [typeof(SessionFileArtifact)];

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public Task OnTestSessionStartingAsync(ITestSessionContext testSessionContext)
    {
        _started = time.GetUtcNow();
        return Task.CompletedTask;
    }

    public Task ConsumeAsync(IDataProducer dataProducer, IData value, CancellationToken cancellationToken)
    {
        var node = ((TestNodeUpdateMessage)value).TestNode;
        if (OutcomeOf(node.Properties.SingleOrDefault<TestNodeStateProperty>()) is not { } ended)
        {
            return Task.CompletedTask;
        }

        // What fails after the last test of a class or of all is told as one more result of that test: neither hides the other.
        if (_tests.TryGetValue(node.Uid.Value, out var before) && before.Outcome is Outcome.Failed)
        {
            return Task.CompletedTask;
        }

        Begin();
        var method = node.Properties.SingleOrDefault<TestMethodIdentifierProperty>();
        var timing = node.Properties.SingleOrDefault<TimingProperty>()?.GlobalTiming;
        _tests[node.Uid.Value] = new(
            project,
            AreaOf(method?.Namespace),
            method is null ? project : $"{method.Namespace}.{method.TypeName}",
            method?.MethodName ?? node.DisplayName,
            node.DisplayName,
            ended.Outcome,
            timing?.StartTime ?? time.GetUtcNow(),
            timing?.Duration.TotalSeconds ?? 0,
            [.. node.Properties.OfType<TestMetadataProperty>().Select(static m => m.Key).Where(static k => Scenario().IsMatch(k)).Distinct(StringComparer.Ordinal)],
            ended.Message,
            node.Properties.SingleOrDefault<StandardOutputProperty>()?.StandardOutput,
            [.. node.Properties.OfType<FileArtifactProperty>().Select(static f => f.FileInfo).Where(static f => Shown.Contains(f.Extension)).Select(Keep).OfType<string>()]);
        return Task.CompletedTask;
    }

    public async Task OnTestSessionFinishingAsync(ITestSessionContext testSessionContext)
    {
        // Somebody who only lists tests has run none.
        if (_tests.Count == 0)
        {
            return;
        }

        try
        {
            RunFolder.Make(folder);
            new ProjectRun(project, _started, time.GetUtcNow(), [.. _tests.Values]).Save(folder);
            var summary = RunReport.Write(folder);
            await output.DisplayAsync(this, new TextOutputDeviceData(summary), testSessionContext.CancellationToken);

            // Under dotnet test nobody sees what a test host says; what it leaves is named there.
            await messages.PublishAsync(this, new SessionFileArtifact(testSessionContext.SessionUid, new FileInfo(RunFolder.PageOf(folder)), "Report"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The tests are what counts.
            await output.DisplayAsync(this, new WarningMessageOutputDeviceData($"The report could not be written to {folder}: {exception.Message}"), testSessionContext.CancellationToken);
        }
    }

    // With the first result: somebody who only lists tests has run none.
    private void Begin()
    {
        if (_tests.Count > 0)
        {
            return;
        }

        try
        {
            RunFolder.Make(folder);
            ProjectRun.Begin(folder, project);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The same is said at the end.
        }
    }

    private static (Outcome Outcome, string? Message)? OutcomeOf(TestNodeStateProperty? state) => state switch
    {
        PassedTestNodeStateProperty => (Outcome.Passed, null),
        SkippedTestNodeStateProperty => (Outcome.Skipped, state.Explanation),
        FailedTestNodeStateProperty failed => (Outcome.Failed, MessageOf(failed.Exception, state)),
        ErrorTestNodeStateProperty error => (Outcome.Failed, MessageOf(error.Exception, state)),
        TimeoutTestNodeStateProperty timeout => (Outcome.Failed, MessageOf(timeout.Exception, state)),
        _ => null,
    };

    private static string MessageOf(Exception? exception, TestNodeStateProperty state) => exception is null ? state.Explanation ?? "It failed without a word." : $"{exception.Message}\n{exception.StackTrace}";

    private string AreaOf(string? space)
    {
        var parts = space?.Split('.') ?? [];
        var at = Array.FindIndex(parts, p => p == project || project.EndsWith($".{p}", StringComparison.Ordinal));
        return at >= 0 && at + 1 < parts.Length ? string.Join('.', parts.Skip(at + 1)) : project;
    }

    // A test's own folder is gone once it has passed.
    private string? Keep(FileInfo file)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.Copy(file.FullName, Path.Combine(folder, file.Name), overwrite: true);
            return file.Name;
        }
        catch (IOException)
        {
            return null;
        }
    }

    [GeneratedRegex("^[A-Z]{2,5}-[0-9]{2}$")]
    private static partial Regex Scenario();
}
