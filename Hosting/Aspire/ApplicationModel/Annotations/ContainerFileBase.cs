namespace Aspire.Hosting.ApplicationModel;

/// <summary>A file put into a container.</summary>
public abstract class ContainerFileBase : ContainerFileSystemItem
{
    /// <summary>The content; not together with a source.</summary>
    public string? Contents { get; set; }

    /// <summary>The host's file it is copied from.</summary>
    public string? SourcePath { get; set; }

    /// <summary>Whether the container starts without it when it cannot be made.</summary>
    public bool? ContinueOnError { get; set; }
}
