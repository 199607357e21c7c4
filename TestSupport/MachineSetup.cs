using System.Diagnostics;

namespace XoeNovAi.TestSupport;

/// <summary>Has eng/setup look whether this machine has what the stack and its tests need, and fetch it where it may.</summary>
public static class MachineSetup
{
    private const int Tail = 20;

    // A test host's own output is shown when it has ended: what takes minutes is told at the terminal, where there is one.
    private const string Script = "if (: > /dev/tty) 2> /dev/null; then \"$0\" --tests 2>&1 | tee /dev/tty; exit \"${PIPESTATUS[0]}\"; fi; exec \"$0\" --tests 2>&1";

    /// <exception cref="StackException">Something is missing that could not be fetched.</exception>
    public static async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var setup = Path.Combine(Repository.Root, "eng", "setup");
        var (missing, _) = await RunAsync([setup, "--tests", "--check"], cancellationToken);
        if (missing == 0)
        {
            return;
        }

        var (exitCode, said) = await RunAsync(["bash", "-c", Script, setup], cancellationToken);
        if (exitCode != 0)
        {
            throw new StackException($"This machine lacks what the tests need. Type: eng/setup --tests{Environment.NewLine}{string.Join(Environment.NewLine, said.Split('\n').TakeLast(Tail))}");
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new StackException($"'{command[0]}' could not be started.");
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
