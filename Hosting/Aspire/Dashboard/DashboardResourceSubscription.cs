using System.Threading.Channels;

namespace Aspire.Hosting.Dashboard;

/// <summary>The resources as they are, and what changes from then on.</summary>
internal sealed record DashboardResourceSubscription(
    IReadOnlyList<DashboardResource> Snapshot,
    ChannelReader<DashboardResourceChange> Changes);
