using System.Net;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What is knocked at.</summary>
internal sealed record ProbeTarget(IPAddress Address, int Port, bool Udp = false)
{
    /// <inheritdoc />
    public override string ToString() => $"{Address}:{Port}{(Udp ? "/udp" : string.Empty)}";
}
