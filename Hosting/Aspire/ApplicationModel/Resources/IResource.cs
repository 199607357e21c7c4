namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of the application: a container, a process, a parameter, a database.</summary>
public interface IResource
{
    /// <summary>The name, unique in the model.</summary>
    string Name { get; }

    /// <summary>What is known about the resource beyond its type.</summary>
    ResourceAnnotationCollection Annotations { get; }
}
