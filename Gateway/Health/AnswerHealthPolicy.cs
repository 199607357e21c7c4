using System.Runtime.CompilerServices;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Forwarding;
using XoeNovAi.Gateway.Routing;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace XoeNovAi.Gateway.Health;

/// <summary>
/// Takes an instance out that answers too many requests with an error, or not at all, and at once one that cannot be connected to.
/// YARP's own policy knows only failures of the transport. An error that one caller's request provokes comes from whichever instance gets
/// it: taken out is only one that fails clearly more often than another.
/// </summary>
internal sealed class AnswerHealthPolicy(IDestinationHealthUpdater health, GatewaySettings settings, TimeProvider time, ILogger<AnswerHealthPolicy> logger) : IPassiveHealthCheckPolicy
{
    // Until Consul has had time to notice.
    private static readonly TimeSpan Unreachable = TimeSpan.FromSeconds(2);

    private readonly ConditionalWeakTable<DestinationState, AnswerWindow> _windows = [];

    public string Name => ClusterDefaults.HealthPolicy;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        var answer = ForwardingResults.Of(context);
        if (answer == ForwardingResult.Unreachable)
        {
            health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, Unreachable);
            return;
        }

        if (answer == ForwardingResult.Abandoned)
        {
            return;
        }

        var options = settings.Current.Health;
        var failed = answer == ForwardingResult.Unanswered || context.Response.StatusCode is 500 or 502 or 503 or 504;
        var window = WindowOf(destination);
        if (window.Add(failed, options, time) is { } share && IsWorseThanOthers(cluster, destination, share, options))
        {
            window.Clear();
            logger.LogWarning("{Destination} of {Service} is left out for {Time}: too many of its answers are errors", destination.DestinationId, cluster.ClusterId, options.Reactivation);
            health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, options.Reactivation);
        }
    }

    private AnswerWindow WindowOf(DestinationState destination) => _windows.GetValue(destination, static _ => new AnswerWindow());

    // What fails everywhere alike is the request, or something behind all of them. With nothing known of the others, trying them is right.
    private bool IsWorseThanOthers(ClusterState cluster, DestinationState destination, double share, HealthOptions options)
    {
        var others = cluster.DestinationsState.AllDestinations.Where(other => other != destination).ToArray();
        var shares = others.Select(other => WindowOf(other).FailureShare(options, time)).OfType<double>().ToArray();
        return others.Length > 0 && (shares.Length == 0 || shares.Min() <= share / 2);
    }
}
