using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp.Client;

namespace Aspire.Hosting.Dcp;

/// <summary>Says in Aspire's words what state DCP's objects are in.</summary>
internal static class DcpStates
{
    public static ResourceStateSnapshot OfContainer(string? state)
        => state switch
        {
            DcpContainerState.Running => new(KnownResourceStates.Running, KnownResourceStateStyles.Success),
            DcpContainerState.Exited => new(KnownResourceStates.Exited, null),
            DcpContainerState.FailedToStart => new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error),
            DcpContainerState.Stopping => new(KnownResourceStates.Stopping, null),
            DcpContainerState.RuntimeUnhealthy => new(KnownResourceStates.RuntimeUnhealthy, KnownResourceStateStyles.Warn),
            DcpContainerState.Paused or DcpContainerState.Building or DcpContainerState.Unknown => new(state, null),
            _ => new(KnownResourceStates.Starting, null),
        };

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
