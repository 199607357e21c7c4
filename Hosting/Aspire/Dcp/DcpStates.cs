using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp.Client;

namespace Aspire.Hosting.Dcp;

/// <summary>Says in Aspire's words what state DCP's processes are in.</summary>
internal static class DcpStates
{
    public static ResourceStateSnapshot OfExecutable(string? state)
        => state switch
        {
            DcpExecutableState.Running => new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
            DcpExecutableState.Finished or DcpExecutableState.Terminated or DcpExecutableState.Unknown => new(KnownResourceStates.Finished, null),
            DcpExecutableState.FailedToStart => new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error),
            DcpExecutableState.Stopping => new(KnownResourceStates.Stopping, null),
            _ => new(KnownResourceStates.Starting, null),
        };
}
