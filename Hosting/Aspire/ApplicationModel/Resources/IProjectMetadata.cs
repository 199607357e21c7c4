using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Where a project is; the build generates one in <c>Projects</c> for each project the AppHost references.</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    /// <summary>The full path of the project file.</summary>
    string ProjectPath { get; }

    /// <summary>Its launch settings, when they are not read from its folder.</summary>
    LaunchSettings? LaunchSettings => null;

    /// <summary>Whether the project is run as it is.</summary>
    bool SuppressBuild => false;

    /// <summary>Whether it is a single source file.</summary>
    bool IsFileBasedApp => false;
}
