namespace XoeNovAi.ServiceDefaults.Diagnostics;

/// <summary>Switches of the test environment, all off by default.</summary>
internal sealed class DiagnosticsOptions
{
    public const string Section = "Diagnostics";

    /// <summary>Every path that nothing else answers returns the request as it arrived, and every path for who asks by header.</summary>
    public bool Echo { get; set; }
}
