using System.Text;
using XoeNovAi.Hosting.Podman.Containers;

namespace XoeNovAi.Hosting.Publishing.Description;

/// <summary>Reads the files that go into a container.</summary>
internal static class FileReader
{
    private const string Pem = "-----BEGIN ";
    private const int MostBytes = 512 * 1024;

    // What carries keys and certificates in other forms than PEM is told by its name.
    private static readonly string[] KeyFiles = [".key", ".pfx", ".p12", ".p8", ".der", ".jks", ".keystore"];

    /// <summary>The files; of certificates and keys only where they are, as those of one deployment are not those of another.</summary>
    /// <exception cref="PublishingException">One cannot be carried.</exception>
    public static async Task<IReadOnlyList<DeployedFile>> ReadAsync(ContainerResource container, IServiceProvider services, CancellationToken cancellationToken)
    {
        var staged = await ContainerFiles.CollectAsync(container, services, cancellationToken).ConfigureAwait(false);

        // Of several in one place the last is there.
        return [.. staged.Where(static f => f.Content is not null).Select(f => Read(container, f)).GroupBy(static f => f.Path, static (_, same) => same.Last(), StringComparer.Ordinal)];
    }

    /// <summary>Refuses files in which somebody has put a secret: they would be written out.</summary>
    /// <exception cref="PublishingException">There is one.</exception>
    public static async Task RefuseSecretsAsync(IEnumerable<DeployedContainer> containers, IEnumerable<ParameterResource> secrets, CancellationToken cancellationToken)
    {
        var values = new List<(string Name, string Value)>();
        foreach (var secret in secrets)
        {
            try
            {
                if (await secret.GetValueAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } value)
                {
                    values.Add((secret.Name, value));
                }
            }
            catch (MissingParameterValueException)
            {
                // What nobody has given is in no file.
            }
        }

        foreach (var (container, file) in containers.SelectMany(static c => c.Files.Where(static f => f.Content is not null).Select(f => (c, f))))
        {
            var text = Encoding.UTF8.GetString(file.Content!);
            if (values.Find(v => text.Contains(v.Value, StringComparison.Ordinal)) is { Name: { } name })
            {
                throw new PublishingException($"The file '{file.Path}' of '{container.Name}' has the secret '{name}' in it, which would be written out; give it to the container as a secret environment variable.");
            }
        }
    }

    private static DeployedFile Read(ContainerResource container, StagedFile file)
    {
        // Folders with a slash at their begin have two of them in front of what is in the root.
        var path = $"/{file.Path.TrimStart('/')}";
        if (KeyFiles.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) || Encoding.UTF8.GetString(file.Content!).Contains(Pem, StringComparison.Ordinal))
        {
            return new(path, null);
        }

        return file.Content!.Length > MostBytes
            ? throw new PublishingException($"The file '{path}' of '{container.Name}' has more than {MostBytes / 1024} kB, which a ConfigMap cannot carry; put it into the image.")
            : !file.Mode.HasFlag(UnixFileMode.OtherRead)
            ? throw new PublishingException($"The file '{path}' of '{container.Name}' is for one user only, which no engine here can say of a file; let everybody in the container read it.")
            : new(path, file.Content);
    }
}
