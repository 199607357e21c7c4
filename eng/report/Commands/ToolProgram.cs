using System.Runtime.InteropServices;

namespace XoeNovAi.Report.Commands;

/// <summary>What the programs of <c>eng</c> that run for long have in common: help, an end when they are told, and exit codes.</summary>
public static class ToolProgram
{
    /// <summary>The exit code of one that did not succeed.</summary>
    public const int Failed = 1;

    private const int WrongUse = 2;
    private const int Interrupted = 130;

    /// <summary>Runs one.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="usage">What it says to <c>--help</c>.</param>
    /// <param name="run">What it does, told to end by SIGINT and SIGTERM; gives its exit code.</param>
    /// <returns>The exit code: that of <paramref name="run"/>, 1 after a failure, 2 after wrong usage, 130 when it was ended.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, string usage, Func<CancellationToken, Task<int>> run)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(run);
        if (arguments.Any(static a => a is "--help" or "-h"))
        {
            Console.WriteLine(usage);
            return 0;
        }

        using var ending = new CancellationTokenSource();
        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            ending.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        try
        {
            return await run(ending.Token);
        }
        catch (Exception exception) when (exception is UsageException or StepException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return exception is UsageException ? WrongUse : Failed;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Ended before its time.");
            return Interrupted;
        }
    }
}
