using System.Text.Json;

namespace Aspire.Hosting;

/// <summary>Reads the launch profile a project starts with.</summary>
internal static class LaunchSettingsReader
{
    private const string ForProjects = "Project";
    private static readonly JsonSerializerOptions Lenient = new() { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static LaunchProfile? Read(IProjectMetadata project, ProjectResourceOptions options, string? appHostProfile)
    {
        if (options.ExcludeLaunchProfile)
        {
            return null;
        }

        var settings = project.LaunchSettings ?? ReadFile(Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "Properties", "launchSettings.json"));
        if (!string.IsNullOrEmpty(options.LaunchProfileName))
        {
            return settings?.Profiles.GetValueOrDefault(options.LaunchProfileName)
                ?? throw new DistributedApplicationException($"Launch settings file of '{project.ProjectPath}' does not contain the launch profile '{options.LaunchProfileName}'.");
        }

        // An AppHost that was started as https starts its projects so, those that can be.
        return appHostProfile is not null && settings?.Profiles.GetValueOrDefault(appHostProfile) is { CommandName: ForProjects } same
            ? same
            : settings?.Profiles.Values.FirstOrDefault(static p => p.CommandName == ForProjects);
    }

    private static LaunchSettings? ReadFile(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<LaunchSettings>(File.ReadAllText(path), Lenient);
        }
        catch (JsonException exception)
        {
            throw new DistributedApplicationException($"'{path}' is not valid: {exception.Message}", exception);
        }
    }
}
