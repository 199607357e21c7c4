namespace Aspire.Hosting;

/// <summary>How a project is added.</summary>
public class ProjectResourceOptions
{
    /// <summary>The launch profile; the first of the project by default.</summary>
    public string? LaunchProfileName { get; set; }

    /// <summary>Whether it starts without a launch profile.</summary>
    public bool ExcludeLaunchProfile { get; set; }

    /// <summary>Whether endpoints of its Kestrel configuration are left out; here they always are.</summary>
    public bool ExcludeKestrelEndpoints { get; set; }
}
