namespace Aspire.Hosting.ApplicationModel;

/// <summary>A file or folder put into a container before it starts.</summary>
public abstract class ContainerFileSystemItem
{
    private string _name = string.Empty;

    /// <summary>The name, without a folder.</summary>
    /// <exception cref="ArgumentException">The name has a folder.</exception>
    public string Name
    {
        get => _name;
        set => _name = string.IsNullOrEmpty(Path.GetDirectoryName(value))
            ? value
            : throw new ArgumentException($"'{value}' must be a simple file or folder name and not include any path segments.", nameof(value));
    }

    /// <summary>The owner's id in the container.</summary>
    public int? Owner { get; set; }

    /// <summary>The group's id in the container.</summary>
    public int? Group { get; set; }

    /// <summary>The permissions; those the umask leaves when none are given.</summary>
    public UnixFileMode Mode { get; set; }
}
