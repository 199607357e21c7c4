namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What is sent.</summary>
internal enum ProbeProtocol
{
    /// <summary>A connection.</summary>
    Tcp,

    /// <summary>A datagram.</summary>
    Udp,

    /// <summary>An echo request.</summary>
    Icmp,
}
