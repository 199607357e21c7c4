namespace XoeNovAi.ServiceDefaults.Faults;

/// <summary>Whether faults can be switched on.</summary>
internal sealed class FaultOptions
{
    public const string Section = "Faults";

    /// <summary>The port of this machine's own loopback where faults are switched; 0, the default, is nowhere.</summary>
    public int Port { get; set; }
}
