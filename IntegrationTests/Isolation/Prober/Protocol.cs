namespace XoeNovAi.Prober;

/// <summary>What is sent.</summary>
internal enum Protocol
{
    /// <summary>A connection.</summary>
    Tcp,

    /// <summary>A datagram.</summary>
    Udp,

    /// <summary>An echo request.</summary>
    Icmp,
}
