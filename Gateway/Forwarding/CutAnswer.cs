using Yarp.ReverseProxy.Forwarder;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>An answer the instance broke off, although the caller's has come to an end.</summary>
internal sealed class CutAnswer(Exception cause) : IForwarderErrorFeature
{
    public ForwarderError Error => ForwarderError.ResponseBodyDestination;

    public Exception? Exception => cause;
}
