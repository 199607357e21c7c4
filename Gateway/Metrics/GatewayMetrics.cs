using System.Diagnostics.Metrics;
using Polly.CircuitBreaker;
using XoeNovAi.Gateway.Breakers;
using XoeNovAi.Gateway.Maintenance;

namespace XoeNovAi.Gateway.Metrics;

/// <summary>What the gateway counts beside what the framework counts.</summary>
internal sealed class GatewayMetrics
{
    public const string MeterName = "XoeNovAi.Gateway";

    private readonly Counter<long> _retries;
    private readonly Counter<long> _deniedRetries;
    private readonly Counter<long> _rateLimited;

    public GatewayMetrics(IMeterFactory meters, BreakerRegistry breakers, MaintenanceSwitch maintenance)
    {
        var meter = meters.Create(MeterName);
        _retries = meter.CreateCounter<long>("gateway.retries", description: "Requests sent again to another instance because the first could not be reached or gave no answer");
        _deniedRetries = meter.CreateCounter<long>("gateway.retries.denied", description: "Requests not sent again because the budget was used up");
        _rateLimited = meter.CreateCounter<long>("gateway.rate_limited", description: "Requests answered 429");
        meter.CreateObservableGauge("gateway.breaker.state", () => breakers.All.Select(Measure), description: "0 closed, 1 half open, 2 open");
        meter.CreateObservableGauge("gateway.maintenance", () => maintenance.IsOn ? 1 : 0, description: "1 while maintenance is on");
    }

    public void Retried(string service) => _retries.Add(1, Service(service));

    public void RetryDenied(string service) => _deniedRetries.Add(1, Service(service));

    public void RateLimited(string service) => _rateLimited.Add(1, Service(service));

    private static KeyValuePair<string, object?> Service(string service) => new("service", service);

    private static Measurement<int> Measure(DestinationBreaker breaker) => new(
        breaker.State switch
        {
            CircuitState.Closed => 0,
            CircuitState.HalfOpen => 1,
            _ => 2,
        },
        Service(breaker.Service), new("destination", breaker.Destination));
}
