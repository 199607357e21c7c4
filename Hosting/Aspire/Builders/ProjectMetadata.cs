namespace Aspire.Hosting;

/// <summary>A project known by its path only.</summary>
internal sealed class ProjectMetadata(string projectPath) : IProjectMetadata
{
    public string ProjectPath { get; } = projectPath;
}
