using System.ComponentModel;
using System.Diagnostics;

namespace XoeNovAi.AppHost.Startup;

/// <summary>Makes sure that this machine has what the stack needs, with eng/setup.</summary>
internal static class MachineSetup
{
    /// <summary>Asks whether it is ready, and makes it so where it is not; when publishing, nothing has to be.</summary>
    /// <exception cref="DistributedApplicationException">Something is missing that set-up could not fetch.</exception>
    public static IDistributedApplicationBuilder SetUpMachine(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            Ensure(builder.AppHostDirectory);
            TrustDevelopmentCertificate();
        }

        return builder;
    }

    // Where `dotnet dev-certs https --trust` puts what OpenSSL is to trust, and OpenSSL looks only when it is told to. A trusted
    // certificate is what Aspire hands to DCP, which otherwise makes one of its own.
    private static void TrustDevelopmentCertificate()
    {
        const string Variable = "SSL_CERT_DIR";
        var trusted = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aspnet", "dev-certs", "trust");
        if (Directory.Exists(trusted) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)))
        {
            string[] usual = ["/etc/ssl/certs", "/etc/pki/tls/certs"];
            Environment.SetEnvironmentVariable(Variable, string.Join(':', [.. usual.Where(Directory.Exists), trusted]));
        }
    }

    private static void Ensure(string appHostDirectory)
    {
        var script = Find(appHostDirectory);
        if (Run(script, quiet: true, "--check") != 0 && Run(script, quiet: false) != 0)
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

    private static int Run(string script, bool quiet, params string[] arguments)
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
