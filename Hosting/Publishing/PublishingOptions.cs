using System.Text.RegularExpressions;

namespace XoeNovAi.Hosting.Publishing;

/// <summary>What differs from one deployment to another, from the configuration section <c>Publishing</c>.</summary>
internal sealed partial class PublishingOptions
{
    /// <summary>The section.</summary>
    public const string Section = "Publishing";

    /// <summary>What everything that has one name on a machine begins with, such as networks and volumes; the AppHost's name by default.</summary>
    public string? Application { get; set; }

    /// <summary>The registry of images that are made here. <c>localhost</c> by default: those of this machine.</summary>
    public string Registry { get; set; } = "localhost";

    /// <summary>The tag of images that are built for this deployment.</summary>
    public string Tag { get; set; } = "1";

    /// <summary>The application's name, as engines take names.</summary>
    /// <param name="host">The AppHost's.</param>
    public string ApplicationFor(string host)
        => Application is not { Length: > 0 } given ? NotInNames().Replace(host.ToLowerInvariant(), "-").Trim('-')
            : NotInNames().IsMatch(given) ? throw new PublishingException($"'{Section}:{nameof(Application)}' is '{given}'; a name has lower-case letters, digits and hyphens.")
            : given;

    [GeneratedRegex("[^a-z0-9-]+")]
    private static partial Regex NotInNames();
}
