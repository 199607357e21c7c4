using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What the build made of a project: with it the project is started without asking MSBuild.</summary>
public interface IProjectOutput : IResourceAnnotation
{
    /// <summary>The full path of the assembly.</summary>
    string TargetPath { get; }
}
