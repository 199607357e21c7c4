using System.Runtime.CompilerServices;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Forwarding;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace XoeNovAi.Gateway.Health;

/// <summary>
/// Takes an instance out that answers too many requests with an error, or not at all, and at once one that cannot be connected to.
/// YARP's own policy knows only failures of the transport.
/// </summary>
internal sealed class AnswerHealthPolicy(IDestinationHealthUpdater health, GatewaySettings settings, TimeProvider time, ILogger<AnswerHealthPolicy> logger) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "Answers";

    // Until Consul has had time to notice.
    private static readonly TimeSpan Unreachable = TimeSpan.FromSeconds(2);

    private readonly ConditionalWeakTable<DestinationState, AnswerWindow> _windows = [];

    public string Name => PolicyName;

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
        var window = _windows.GetValue(destination, _ => new AnswerWindow());
        if (window.Add(failed, options, time))
        {
            logger.LogWarning("{Destination} of {Service} is left out for {Time}: too many of its answers are errors", destination.DestinationId, cluster.ClusterId, options.Reactivation);
            health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, options.Reactivation);
        }
    }
}
