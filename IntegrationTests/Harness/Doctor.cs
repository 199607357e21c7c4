using System.Diagnostics;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>eng/doctor, which looks at everything the stack needs of this machine.</summary>
internal static class Doctor
{
    /// <summary>What it prints.</summary>
    public static async Task<string> AskAsync(CancellationToken cancellationToken)
    {
        using var doctor = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, "eng", "doctor")) { RedirectStandardOutput = true })!;
        var output = await doctor.StandardOutput.ReadToEndAsync(cancellationToken);
        await doctor.WaitForExitAsync(cancellationToken);
        return output;
    }
}
