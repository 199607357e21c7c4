using System.Text.Json.Serialization;

namespace Aspire.Hosting;

/// <summary>A profile of <c>launchSettings.json</c>.</summary>
public sealed class LaunchProfile
{
    /// <summary>What runs the project; only <c>Project</c> is of interest here.</summary>
    [JsonPropertyName("commandName")]
    public string? CommandName { get; set; }

    /// <summary>The arguments, as one line.</summary>
    [JsonPropertyName("commandLineArgs")]
    public string? CommandLineArgs { get; set; }

    /// <summary>The addresses it listens on, separated by semicolons.</summary>
    [JsonPropertyName("applicationUrl")]
    public string? ApplicationUrl { get; set; }

    /// <summary>The environment it is given.</summary>
    [JsonPropertyName("environmentVariables")]
    public Dictionary<string, string> EnvironmentVariables { get; set; } = [];
}
