using System.Net;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>A packet that is to go from one network to another.</summary>
/// <param name="In">The interface it comes in by.</param>
/// <param name="Out">The interface it is to go out by.</param>
/// <param name="Source">Who sends it.</param>
/// <param name="Destination">Who is to get it.</param>
/// <param name="IsReply">Whether it answers one that went the other way.</param>
internal sealed record ForwardedPacket(string In, string Out, IPAddress Source, IPAddress Destination, bool IsReply)
{
    /// <summary>The answer to it.</summary>
    public ForwardedPacket Reply() => new(Out, In, Destination, Source, IsReply: true);
}
