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

    /// <summary>Reads them.</summary>
    /// <exception cref="PublishingException">One has a value that engines do not take.</exception>
    public static PublishingOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection(Section).Get<PublishingOptions>() ?? new();
        return options.Application is { Length: > 0 } application && NotInNames().IsMatch(application) ? throw Refused(nameof(Application), application, "a name has lower-case letters, digits and hyphens")
            : !Registries().IsMatch(options.Registry) ? throw Refused(nameof(Registry), options.Registry, "it is a host, such as registry.local:5000, and a path if need be, without https://")
            : !Tags().IsMatch(options.Tag) ? throw Refused(nameof(Tag), options.Tag, "a tag has letters, digits, '.', '_' and '-', 128 at most")
            : options;
    }

    /// <summary>The application's name, as engines take names.</summary>
    /// <param name="host">The AppHost's.</param>
    public string ApplicationFor(string host) => Application is { Length: > 0 } given ? given : NotInNames().Replace(host.ToLowerInvariant(), "-").Trim('-');

    private static PublishingException Refused(string name, string value, string rule) => new($"'{Section}:{name}' is '{value}'; {rule}.");

    [GeneratedRegex("[^a-z0-9-]+")]
    private static partial Regex NotInNames();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9][a-z0-9._-]*)*\z")]
    private static partial Regex Registries();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex Tags();
}
