using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>An AppHost as a process of its own, as <c>dotnet run</c> starts it, with ports and a temporary folder of its own.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private const string Healthy = "resources are healthy after";
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource _healthy = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AppHostReaper? _reaper;

    private AppHostProcess(Process process, string runId, string temporaryFolder, int gatewayPort)
    {
        _process = process;
        RunId = runId;
        TemporaryFolder = temporaryFolder;
        GatewayPort = gatewayPort;
    }

    /// <summary>A stack of the stores, one service and the gateway: a second whole one would take the containers' ids of the first.</summary>
    public static IReadOnlyList<string> SmallStack { get; } = ["--Stack:Run=none", "--Stack:Services:rag:Run=container", "--Stack:Services:gateway:Run=container"];

    /// <summary>What all that belongs to its run is named with.</summary>
    public string RunId { get; }

    /// <summary>Where it makes temporary files.</summary>
    public string TemporaryFolder { get; }

    /// <summary>Where its gateway answers.</summary>
    public int GatewayPort { get; }

    public int ProcessId => _process.Id;

    public int ExitCode => _process.ExitCode;

    public string Output => string.Join(Environment.NewLine, _output);

    public string Errors => string.Join(Environment.NewLine, _errors);

    /// <summary>Starts the built AppHost.</summary>
    /// <param name="arguments">Its command line, beside ports and the run's id.</param>
    /// <param name="environment">Environment variables; null removes one.</param>
    /// <param name="within">A command that runs the one it is given; none by default.</param>
    public static AppHostProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, IEnumerable<string>? within = null)
        => Start([.. within ?? [], DotnetHost.Command, "exec", DotnetHost.BuiltAppHost, .. arguments], environment);

    /// <summary>Has <c>dotnet run</c> start it.</summary>
    /// <param name="arguments">Its command line, beside ports and the run's id.</param>
    public static AppHostProcess StartByDotnetRun(IEnumerable<string> arguments)
        => Start([DotnetHost.Command, "run", "--no-build", "--no-launch-profile", "--configuration", Path.GetFileName(Path.GetDirectoryName(DotnetHost.BuiltAppHost)!), "--project", Projects.AppHost.ProjectPath, "--", .. arguments], null);

    /// <summary>Starts these tests once more: a test host that starts the AppHost's model in its own process.</summary>
    /// <param name="filter">Which tests.</param>
    /// <param name="environment">Environment variables; null removes one.</param>
    public static AppHostProcess StartTests(string filter, IReadOnlyDictionary<string, string?>? environment = null)
        => Start([Environment.ProcessPath!, "--filter", filter], environment);

    private static AppHostProcess Start(IEnumerable<string> command, IReadOnlyDictionary<string, string?>? environment)
    {
        var runId = Guid.NewGuid().ToString("n")[..8];
        var port = FreePort.Find();
        var temporary = Directory.CreateTempSubdirectory($"xoe-novai-test-{runId}-").FullName;

        // A shell that starts tests in the background has them ignore SIGINT, and what they start too.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,TERM", .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["Stack__GatewayPort"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["Podman__RunId"] = runId;
        start.Environment["TMPDIR"] = temporary;
        start.Environment["ASPNETCORE_URLS"] = $"http://localhost:{FreePort.Find()}";
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var appHost = new AppHostProcess(process, runId, temporary, port);
        process.OutputDataReceived += (_, line) => appHost.Read(line.Data, appHost._output);
        process.ErrorDataReceived += (_, line) => appHost.Read(line.Data, appHost._errors);
        process.Start();
        appHost._reaper = AppHostReaper.Start(process.Id, temporary);
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return appHost;
    }

    /// <summary>Waits until it says that everything is healthy.</summary>
    public async Task HealthyAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var ended = _process.WaitForExitAsync(cancellationToken);
        if (await Task.WhenAny(_healthy.Task, ended, Task.Delay(limit, cancellationToken)) != _healthy.Task)
        {
            throw new StackException($"The AppHost {(ended.IsCompletedSuccessfully ? $"ended with exit code {ExitCode}" : $"was not healthy after {limit.TotalSeconds:0} s")}.{Environment.NewLine}{Describe()}");
        }
    }

    /// <summary>Waits until it has ended.</summary>
    public async Task EndedAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AssertFailedException($"The AppHost had not ended after {limit.TotalSeconds:0} s.{Environment.NewLine}{Describe()}");
        }
    }

    /// <summary>Waits until it has ended, but no longer than this.</summary>
    public async Task EndsWithinAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(time);
        await _process.WaitForExitAsync(over.Token).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Sends it, and none of what it started, a signal.</summary>
    public Task SignalAsync(string signal, CancellationToken cancellationToken) => SignalAsync(signal, [ProcessId], cancellationToken);

    /// <summary>Kills processes, all with one command; those that are gone are left out.</summary>
    public static Task KillAsync(IEnumerable<int> ids, CancellationToken cancellationToken) => SignalAsync("KILL", ids, cancellationToken);

    private static async Task SignalAsync(string signal, IEnumerable<int> ids, CancellationToken cancellationToken)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-s", signal, .. ids.Select(static id => id.ToString(CultureInfo.InvariantCulture))]) { RedirectStandardError = true }) ?? throw new StackException("'kill' could not be started.");
        await kill.WaitForExitAsync(cancellationToken);
    }

    public string Describe() => $"Its output:{Environment.NewLine}{Output}{Environment.NewLine}Its errors:{Environment.NewLine}{Errors}";

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            using var deadline = new CancellationTokenSource(KillLimit);
            await _process.WaitForExitAsync(deadline.Token);
        }

        _reaper?.Dispose();
        _process.Dispose();
        Directory.Delete(TemporaryFolder, recursive: true);
    }

    private void Read(string? line, ConcurrentQueue<string> lines)
    {
        if (line is null)
        {
            return;
        }

        lines.Enqueue(line);
        if (line.Contains(Healthy, StringComparison.Ordinal))
        {
            _healthy.TrySetResult();
        }
    }
}
