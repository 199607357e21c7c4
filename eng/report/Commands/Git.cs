using System.Diagnostics;

namespace XoeNovAi.Report.Commands;

/// <summary>What the programs of <c>eng</c> ask of git.</summary>
public static class Git
{
    /// <summary>Runs git.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="StepException">It failed.</exception>
    public static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true }) ?? throw new StepException("'git' could not be started.");
        var error = git.StandardError.ReadToEndAsync();
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        return git.ExitCode == 0 ? output.Trim() : throw new StepException($"'git {string.Join(' ', arguments)}' failed: {(await error).Trim()}");
    }
}
