namespace Aspire.Hosting.Eventing;

/// <summary>How subscribers are called.</summary>
public enum EventDispatchBehavior
{
    /// <summary>One after the other; the publisher waits for all.</summary>
    BlockingSequential = 0,

    /// <summary>At the same time; the publisher waits for all.</summary>
    BlockingConcurrent = 1,

    /// <summary>One after the other; the publisher goes on.</summary>
    NonBlockingSequential = 2,

    /// <summary>At the same time; the publisher goes on.</summary>
    NonBlockingConcurrent = 3,
}
