namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// A container that reads its secrets from files. Environment variables whose value is secret become files of their
/// names in a folder that only this container can enter, and NAME_FILE says where. In the environment they could be
/// read by whoever may inspect the container. A container that outlives the run keeps them in its environment.
/// </summary>
/// <param name="folder">Where the files are, seen from the container.</param>
public sealed class SecretFilesAnnotation(string folder = "/run/secrets") : IResourceAnnotation
{
    /// <summary>Where the files are, seen from the container.</summary>
    public string Folder { get; } = folder;
}
