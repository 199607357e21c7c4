namespace Aspire.Hosting.ApplicationModel;

/// <summary>How many times a project runs.</summary>
/// <param name="replicas">How many times.</param>
public sealed class ReplicaAnnotation(int replicas = 1) : IResourceAnnotation
{
    /// <summary>How many times.</summary>
    public int Replicas { get; } = replicas;
}
