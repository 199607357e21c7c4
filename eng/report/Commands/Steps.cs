using System.Globalization;
using CliWrap;

namespace XoeNovAi.Report.Commands;

/// <summary>Runs commands one after the other, says which, and keeps what they print.</summary>
/// <param name="repository">Where they are run.</param>
/// <param name="logs">Where what they print is kept.</param>
/// <param name="time">The clock.</param>
/// <param name="cancellationToken">Ends them as Ctrl+C would.</param>
public sealed class Steps(string repository, string logs, TimeProvider time, CancellationToken cancellationToken)
{
    private const int Tail = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs one that must succeed.</summary>
    /// <param name="what">What it does: it is printed, and names its log.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="StepException">It did not.</exception>
    public async Task RunAsync(string what, string program, IEnumerable<string> arguments)
    {
        if (await TryAsync(what, program, arguments, new Dictionary<string, string?>()) != 0)
        {
            throw new StepException($"'{what}' failed. Its last lines, of {LogOf(what)}:{Environment.NewLine}{LastLines(what)}");
        }
    }

    /// <summary>Runs one.</summary>
    /// <param name="what">What it does: it is printed, and names its log.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What is added to its environment; null takes away.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> TryAsync(string what, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var began = time.GetTimestamp();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm:ss} {what} …"));
        Directory.CreateDirectory(logs);
        using var killing = new CancellationTokenSource();
        await using var ending = cancellationToken.Register(() => killing.CancelAfter(Patience));
        var result = await Cli.Wrap(program)
            .WithArguments(arguments)
            .WithWorkingDirectory(repository)
            .WithEnvironmentVariables(environment)
            .WithStandardOutputPipe(PipeTarget.ToFile(LogOf(what)))
            .WithStandardErrorPipe(PipeTarget.ToFile($"{LogOf(what)}.errors"))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(killing.Token, cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm:ss} {what}: {(result.ExitCode == 0 ? "done" : $"ended with {result.ExitCode}")} after {time.GetElapsedTime(began).TotalSeconds:0} s"));
        return result.ExitCode;
    }

    /// <summary>The end of what a step has printed.</summary>
    public string LastLines(string what)
        => string.Join(Environment.NewLine, File.ReadLines(LogOf(what)).Concat(File.ReadLines($"{LogOf(what)}.errors")).TakeLast(Tail).Select(static l => $"  {l}"));

    /// <summary>Where what a step prints is kept.</summary>
    public string LogOf(string what) => Path.Combine(logs, $"{what.Replace(' ', '-')}.log");
}
