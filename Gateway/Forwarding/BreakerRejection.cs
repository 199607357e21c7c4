using Yarp.ReverseProxy.Model;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>A feature of a request that was not handed to an instance because its breaker is open.</summary>
internal sealed record BreakerRejection(DestinationState Destination, TimeSpan? RetryAfter);
