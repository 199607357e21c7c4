using System.Reflection;

namespace Aspire.Hosting;

/// <summary>Where the AppHost's project is; its build records that in the assembly.</summary>
internal sealed record AppHostLocation(string Directory, string? ProjectPath, string Name)
{
    private const string ProjectPathKey = "AppHostProjectPath";

    public static AppHostLocation Of(DistributedApplicationOptions options)
    {
        var assembly = options.Assembly;
        var project = assembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(static a => a.Key == ProjectPathKey)?.Value;
        var directory = options.ProjectDirectory ?? Path.GetDirectoryName(project) ?? Environment.CurrentDirectory;
        return new(directory, project, assembly?.GetName().Name ?? "AppHost");
    }
}
