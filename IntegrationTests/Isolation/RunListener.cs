using System.Net;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>A socket on which a process of the run listens.</summary>
internal sealed record RunListener(int ProcessId, string Program, IPEndPoint On)
{
    /// <inheritdoc />
    public override string ToString() => $"{Program} ({ProcessId}) on {On}";
}
