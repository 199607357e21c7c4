using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.Execution;

namespace Aspire.Hosting.Containers;

/// <summary>Calls the container runtime.</summary>
internal sealed class ContainerCli(ApplicationRun run, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // By this the reaper knows the processes of the run.
    private const string RunFolderVariable = "DCP_SESSION_FOLDER";

    /// <summary>What the command printed; an error with what it complained of when it failed.</summary>
    public async Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, Stream? input = null)
    {
        var (exitCode, output, error) = await TryRunAsync(arguments, cancellationToken, input).ConfigureAwait(false);
        return exitCode == 0
            ? output.Trim()
            : throw new DistributedApplicationException(error.Trim() is { Length: > 0 } complaint ? complaint : $"'{run.Installation.Runtime}' ended with exit code {exitCode}.");
    }

    public async Task<(int ExitCode, string Output, string Error)> TryRunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, Stream? input = null)
    {
        using var process = Start(arguments, input is not null, belongsToRun: false);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            if (input is not null)
            {
                await input.CopyToAsync(process.StandardInput.BaseStream, cancellationToken).ConfigureAwait(false);
                process.StandardInput.Close();
            }

            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs a command that tells of its progress; its exit code.</summary>
    /// <param name="arguments">The command.</param>
    /// <param name="input">Writes what it reads.</param>
    /// <param name="told">Gets each line it prints, one at a time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<int> RunAsync(IEnumerable<string> arguments, Func<Stream, CancellationToken, Task> input, Action<string> told, CancellationToken cancellationToken)
    {
        using var process = Start(arguments, withInput: true, belongsToRun: false);
        var turn = new Lock();
        try
        {
            var reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
            try
            {
                await input(process.StandardInput.BaseStream, cancellationToken).ConfigureAwait(false);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It reads no more: what it prints says why.
            }

            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            await reading.ConfigureAwait(false);
            return process.ExitCode;
        }
        catch
        {
            // What it still waits for does not come.
            await process.StandardInput.BaseStream.DisposeAsync().ConfigureAwait(false);
            await EndAsync(process).ConfigureAwait(false);
            throw;
        }

        async Task ReadAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
            {
                lock (turn)
                {
                    told(line);
                }
            }
        }
    }

    /// <summary>The lines a command prints, until it ends or is cancelled, and then is ended.</summary>
    public async IAsyncEnumerable<(string Line, bool IsError)> FollowAsync(IEnumerable<string> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var process = Start(arguments, withInput: false, belongsToRun: true);
        try
        {
            var lines = Channel.CreateUnbounded<(string, bool)>(new() { SingleReader = true });
            var reading = CompleteAsync(lines.Writer, ReadAsync(process.StandardOutput, isError: false), ReadAsync(process.StandardError, isError: true));
            await foreach (var line in lines.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return line;
            }

            await reading.ConfigureAwait(false);

            async Task ReadAsync(StreamReader reader, bool isError)
            {
                while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
                {
                    lines.Writer.TryWrite((line, isError));
                }
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    // A podman that is killed while it makes a container leaves one behind that it does not know and cannot remove.
    private async Task EndAsync(Process process)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static async Task CompleteAsync(ChannelWriter<(string, bool)> writer, params IEnumerable<Task> readers)
    {
        try
        {
            await Task.WhenAll(readers).ConfigureAwait(false);
            writer.Complete();
        }
        catch (Exception exception)
        {
            writer.Complete(exception);
        }
    }

    // In a session of its own: Ctrl+C at the terminal is for the application, which ends its containers in order.
    // What starts containers is not marked as the run's: their monitors would inherit the mark, and be killed by the reaper.
    private Process Start(IEnumerable<string> arguments, bool withInput, bool belongsToRun)
    {
        var start = new ProcessStartInfo("setsid", [run.Installation.RuntimePath, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        if (belongsToRun)
        {
            start.Environment[RunFolderVariable] = run.Folder.Session;
        }

        var process = Process.Start(start) ?? throw new DistributedApplicationException("'setsid' could not be started.");
        if (!withInput)
        {
            process.StandardInput.Close();
        }

        return process;
    }
}
