using System.Text.Json;

namespace Aspire.Hosting;

/// <summary>Reads the launch profile a project starts with.</summary>
internal static class LaunchSettingsReader
{
    private static readonly JsonSerializerOptions Lenient = new() { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static LaunchProfile? Read(IProjectMetadata project, ProjectResourceOptions options)
    {
        if (options.ExcludeLaunchProfile)
        {
            return null;
        }

        var settings = project.LaunchSettings ?? ReadFile(Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "Properties", "launchSettings.json"));
        return options.LaunchProfileName is not { } wanted
            ? settings?.Profiles.Values.FirstOrDefault(static p => p.CommandName == "Project")
            : settings?.Profiles.GetValueOrDefault(wanted)
                ?? throw new DistributedApplicationException($"Launch settings file of '{project.ProjectPath}' does not contain the launch profile '{wanted}'.");
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
