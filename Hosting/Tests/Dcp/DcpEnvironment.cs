using System.Text.Json;

namespace XoeNovAi.Hosting.Tests.Dcp;

/// <summary>Where set-up put DCP and the podman wrapper.</summary>
internal sealed record DcpEnvironment(string DcpPath, string RuntimeFolder, string ManagedPath)
{
    public static DcpEnvironment Read()
    {
        var home = Environment.GetEnvironmentVariable("XOE_NOVAI_HOME")
            ?? Path.Combine(
                Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                    ? cache
                    : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "", ".cache"),
                "xoe-novai");
        var file = Path.Combine(home, "environment.json");
        Assert.IsTrue(File.Exists(file), $"'{file}' is missing. Run eng/setup, which writes it.");
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var aspire = document.RootElement.GetProperty("aspire").GetString()!;
        return new(
            Path.Combine(aspire, "dcp", "dcp"),
            document.RootElement.GetProperty("bin").GetString()!,
            Path.Combine(aspire, "managed", "aspire-managed"));
    }
}
