namespace XoeNovAi.Gateway.Forwarding;

/// <summary>How the attempt to hand a request to an instance ended.</summary>
internal enum ForwardingResult
{
    /// <summary>The instance answered, whatever it said.</summary>
    Answered,

    /// <summary>No connection: the request has not been sent.</summary>
    Unreachable,

    /// <summary>It was sent, and no complete answer came, or none in time.</summary>
    Unanswered,

    /// <summary>The caller gave up or sent something unreadable, which says nothing about the instance.</summary>
    Abandoned,
}
