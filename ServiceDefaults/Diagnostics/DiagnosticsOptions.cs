namespace XoeNovAi.ServiceDefaults.Diagnostics;

/// <summary>Switches of the test environment, all off by default.</summary>
internal sealed class DiagnosticsOptions
{
    public const string Section = "Diagnostics";

    /// <summary>Every path that nothing else answers returns the request as it arrived.</summary>
    public bool Echo { get; set; }

    /// <summary><c>/_diagnostics/faults</c> lets a test make the service report sick or answer late.</summary>
    public bool Faults { get; set; }
}
