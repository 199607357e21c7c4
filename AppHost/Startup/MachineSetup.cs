using System.ComponentModel;
using System.Diagnostics;
using XoeNovAi.AppHost.Configuration;

namespace XoeNovAi.AppHost.Startup;

/// <summary>Makes sure that this machine has what the stack needs, with eng/setup.</summary>
internal static class MachineSetup
{
    /// <summary>Asks whether it is ready, and makes it so where it is not; when publishing, nothing has to be.</summary>
    /// <param name="builder">The stack.</param>
    /// <param name="options">How it is run: some settings need images of their own.</param>
    /// <exception cref="DistributedApplicationException">Something is missing that set-up could not fetch.</exception>
    public static IDistributedApplicationBuilder SetUpMachine(this IDistributedApplicationBuilder builder, StackOptions options)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            Ensure(builder.AppHostDirectory, [.. options.Data.Images.Select(static i => $"--image={i}")]);
        }

        return builder;
    }

    private static void Ensure(string appHostDirectory, IReadOnlyList<string> images)
    {
        var script = Find(appHostDirectory);
        if (Run(script, quiet: true, [.. images, "--check"]) != 0 && Run(script, quiet: false, images) != 0)
        {
            throw new DistributedApplicationException($"This machine could not be set up; what is missing, and how to get it, is said above. '{script}' tries again, 'eng/doctor' looks at everything.");
        }
    }

    private static string Find(string folder)
    {
        for (var parent = new DirectoryInfo(folder); parent is not null; parent = parent.Parent)
        {
            var script = Path.Combine(parent.FullName, "eng", "setup");
            if (File.Exists(script))
            {
                return script;
            }
        }

        throw new DistributedApplicationException($"eng/setup was not found above '{folder}'.");
    }

    private static int Run(string script, bool quiet, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(script, arguments) { RedirectStandardOutput = quiet, RedirectStandardError = quiet };
        using var process = Start(start);
        if (quiet)
        {
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        process.WaitForExit();
        return process.ExitCode;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new DistributedApplicationException($"'{start.FileName}' could not be started.");
        }
        catch (Win32Exception exception)
        {
            throw new DistributedApplicationException($"'{start.FileName}', which sets this machine up, cannot be run: {new Win32Exception(exception.NativeErrorCode).Message}. Make it executable for this user, with all of the checkout readable.", exception);
        }
    }
}
