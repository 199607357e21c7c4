namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states of resources.</summary>
public static class KnownResourceStates
{
    /// <summary>Not shown.</summary>
    [Obsolete("Use CustomResourceSnapshot.IsHidden.")]
    public static readonly string Hidden = nameof(Hidden);

    /// <summary>On its way to run.</summary>
    public static readonly string Starting = nameof(Starting);

    /// <summary>Its image is being built.</summary>
    public static readonly string Building = nameof(Building);

    /// <summary>Runs.</summary>
    public static readonly string Running = nameof(Running);

    /// <summary>Could not be started.</summary>
    public static readonly string FailedToStart = nameof(FailedToStart);

    /// <summary>The container runtime does not answer.</summary>
    public static readonly string RuntimeUnhealthy = "Runtime unhealthy";

    /// <summary>On its way to stop.</summary>
    public static readonly string Stopping = nameof(Stopping);

    /// <summary>Ended: a container.</summary>
    public static readonly string Exited = nameof(Exited);

    /// <summary>Ended: a process.</summary>
    public static readonly string Finished = nameof(Finished);

    /// <summary>Waits for others.</summary>
    public static readonly string Waiting = nameof(Waiting);

    /// <summary>Not started yet.</summary>
    public static readonly string NotStarted = nameof(NotStarted);

    /// <summary>There, without running: a parameter.</summary>
    public static readonly string Active = nameof(Active);

    /// <summary>A parameter without a value.</summary>
    public static readonly string ValueMissing = "Value missing";

    /// <summary>The states a project can be built in.</summary>
    public static readonly IReadOnlyList<string> BuildableStates = [NotStarted, Finished, FailedToStart, Exited];

    /// <summary>The states a resource does not leave by itself.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}
