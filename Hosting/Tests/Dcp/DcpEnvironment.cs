using System.Text.Json;
using Aspire.Hosting.Dcp;

namespace XoeNovAi.Hosting.Tests.Dcp;

/// <summary>Where set-up put DCP, the dashboard, the aspire command and the podman wrapper.</summary>
internal sealed record DcpEnvironment(string DcpPath, string RuntimeFolder, string ManagedPath, string CliPath)
{
    public static DcpEnvironment Read()
    {
        var file = Path.Combine(DcpInstallation.SetupHome, "environment.json");
        Assert.IsTrue(File.Exists(file), $"'{file}' is missing. Run eng/setup, which writes it.");
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var aspire = document.RootElement.GetProperty("aspire").GetString()!;
        return new(
            Path.Combine(aspire, "dcp", "dcp"),
            document.RootElement.GetProperty("bin").GetString()!,
            Path.Combine(aspire, "managed", "aspire-managed"),
            Path.Combine(aspire, "bin", "aspire"));
    }
}
