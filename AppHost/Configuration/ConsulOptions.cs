namespace XoeNovAi.AppHost.Configuration;

/// <summary>How Consul is run.</summary>
internal sealed class ConsulOptions
{
    /// <summary>How many servers it has. One by default; three survive the loss of one.</summary>
    public int Servers { get; set; } = 1;
}
