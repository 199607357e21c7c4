using System.Runtime.CompilerServices;
using System.Text;
using CliWrap;
using CliWrap.EventStream;

namespace XoeNovAi.Hosting.Podman.Setup;

/// <summary>Calls Podman as the application does.</summary>
/// <param name="environment">Which Podman.</param>
/// <param name="time">Measures how long a command that was cancelled may take to end.</param>
public sealed class PodmanCli(PodmanEnvironment environment, TimeProvider time)
{
    // By this the reaper knows processes that belong to a run.
    private const string RunVariable = "ASPIRE_PODMAN_RUN";

    // A podman that is killed while it makes a container leaves one behind that it does not know and cannot remove.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What the command printed, without white space around it.</summary>
    /// <param name="arguments">What follows <c>podman</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="complained">Gets each line it prints on standard error.</param>
    /// <exception cref="DistributedApplicationException">It failed; the message is its complaint.</exception>
    public async Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, Stream? input = null, Action<string>? complained = null)
    {
        var (exitCode, output, error) = await TryRunAsync(arguments, cancellationToken, input, complained).ConfigureAwait(false);
        return exitCode == 0
            ? output.Trim()
            : throw new DistributedApplicationException(error.Trim() is { Length: > 0 } complaint ? complaint : $"'{environment.Command}' ended with exit code {exitCode}.");
    }

    /// <summary>What the command printed, and its exit code.</summary>
    /// <param name="arguments">What follows <c>podman</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="complained">Gets each line it prints on standard error.</param>
    public async Task<(int ExitCode, string Output, string Error)> TryRunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, Stream? input = null, Action<string>? complained = null)
    {
        var output = new StringBuilder();
        var error = new StringBuilder();
        var told = complained is null ? PipeTarget.ToStringBuilder(error) : PipeTarget.Merge(PipeTarget.ToStringBuilder(error), PipeTarget.ToDelegate(complained));
        var exitCode = await ExecuteAsync(
            Command(arguments) | PipeTarget.ToStringBuilder(output),
            told,
            input is null ? PipeSource.Null : PipeSource.FromStream(input),
            cancellationToken).ConfigureAwait(false);
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that takes bytes, gives bytes, or both; its exit code.</summary>
    /// <param name="arguments">What follows <c>podman</c>.</param>
    /// <param name="input">Writes what it reads; null when that is nothing.</param>
    /// <param name="output">Reads what it prints, to the end: a command whose output nobody takes does not end. Null when nobody wants it.</param>
    /// <param name="complained">Gets each line it prints on standard error.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<int> PipeAsync(IEnumerable<string> arguments, Func<Stream, CancellationToken, Task>? input, Func<Stream, CancellationToken, Task>? output, Action<string> complained, CancellationToken cancellationToken)
        => ExecuteAsync(
            output is null ? Command(arguments) : Command(arguments) | PipeTarget.Create(output),
            PipeTarget.ToDelegate(complained),
            input is null ? PipeSource.Null : PipeSource.Create(input),
            cancellationToken);

    /// <summary>Runs a command that tells of its progress; its exit code.</summary>
    /// <param name="arguments">What follows <c>podman</c>.</param>
    /// <param name="input">Writes what it reads.</param>
    /// <param name="told">Gets each line it prints, of either stream.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal Task<int> RunAsync(IEnumerable<string> arguments, Func<Stream, CancellationToken, Task> input, Action<string> told, CancellationToken cancellationToken)
    {
        var turn = new Lock();
        var lines = PipeTarget.ToDelegate(line =>
        {
            lock (turn)
            {
                told(line);
            }
        });
        return ExecuteAsync(Command(arguments) | lines, lines, PipeSource.Create(input), cancellationToken);
    }

    /// <summary>Unpacks an archive at a container's root.</summary>
    /// <param name="container">Its name.</param>
    /// <param name="archive">The archive, of the kind of tar.</param>
    /// <param name="temporary">A folder in which Podman's user may make files: a copy of the archive stays there.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DistributedApplicationException">It failed; the message is its complaint.</exception>
    public async Task UnpackAsync(string container, Stream archive, string temporary, CancellationToken cancellationToken)
    {
        var error = new StringBuilder();

        // Podman reads the first. The wrapper for root gives it the second as the first: root's own folder is closed to Podman's user.
        var variables = new Dictionary<string, string?> { ["TMPDIR"] = temporary, ["ASPIRE_PODMAN_TMPDIR"] = temporary };
        var command = Command(["cp", "-a=false", "-", $"{container}:/"]).WithEnvironmentVariables(variables);
        if (await ExecuteAsync(command, PipeTarget.ToStringBuilder(error), PipeSource.FromStream(archive), cancellationToken).ConfigureAwait(false) != 0)
        {
            throw new DistributedApplicationException($"Files could not be put into '{container}': {error.ToString().Trim()}");
        }
    }

    /// <summary>The lines a command prints, until it ends, or is cancelled and then is ended.</summary>
    /// <param name="arguments">What follows <c>podman</c>.</param>
    /// <param name="runId">The run it belongs to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async IAsyncEnumerable<(string Line, bool IsError)> FollowAsync(IEnumerable<string> arguments, string runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What starts containers is not marked so: their monitors would inherit the mark, and be ended by the reaper.
        var command = Command(arguments).WithEnvironmentVariables(new Dictionary<string, string?> { [RunVariable] = runId });
        await foreach (var told in command.ListenAsync(Encoding.UTF8, Encoding.UTF8, cancellationToken, CancellationToken.None).ConfigureAwait(false))
        {
            switch (told)
            {
                case StandardOutputCommandEvent line:
                    yield return (line.Text, false);
                    break;
                case StandardErrorCommandEvent line:
                    yield return (line.Text, true);
                    break;
            }
        }
    }

    // In a session of its own: Ctrl+C at the terminal is for the application, which ends its containers in order.
    private Command Command(IEnumerable<string> arguments)
        => Cli.Wrap("setsid").WithArguments([environment.Command, .. arguments]).WithWorkingDirectory("/").WithValidation(CommandResultValidation.None);

    private async Task<int> ExecuteAsync(Command command, PipeTarget error, PipeSource input, CancellationToken cancellationToken)
    {
        using var killing = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var cancelled = cancellationToken.Register(() => killing.CancelAfter(Patience));
        try
        {
            var result = await (command.WithStandardInputPipe(input) | (command.StandardOutputPipe, error)).ExecuteAsync(killing.Token, CancellationToken.None).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return result.ExitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
