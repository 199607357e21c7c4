using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>What an engine has seen of an instance.</summary>
internal sealed record InstanceChange(ResourceInstance Instance, ResourceStateSnapshot State)
{
    public int? ExitCode { get; init; }

    public DateTime? Started { get; init; }

    public DateTime? Finished { get; init; }

    /// <summary>What the runtime calls it, such as <c>container.id</c>.</summary>
    public (string Name, object? Value) Id { get; init; }
}
