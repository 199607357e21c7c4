namespace XoeNovAi.AppHost.Configuration;

/// <summary>What is different about one service.</summary>
internal sealed class StackServiceOptions
{
    /// <summary>Whether it runs as a container or as a process; as the stack does when null.</summary>
    public RunMode? Run { get; set; }

    /// <summary>A real image in the stub's place.</summary>
    public string? Image { get; set; }

    /// <summary>The port that image listens on; the stub's when null.</summary>
    public int? Port { get; set; }

    /// <summary>What answers 200 when that image is healthy; the stub's when null.</summary>
    public string? HealthPath { get; set; }

    /// <summary>Environment variables for it.</summary>
    public Dictionary<string, string> Environment { get; set; } = new(StringComparer.Ordinal);
}
