namespace Aspire.Hosting.Execution;

/// <summary>What this run keeps on disk; the reaper removes all of it.</summary>
internal sealed class RunFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Enterable = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public RunFolder(string root, string runId)
    {
        Path = System.IO.Path.Combine(root, $"run-{runId}");
        Session = System.IO.Path.Combine(Path, "session");
        Secrets = System.IO.Path.Combine(Path, "secrets");

        // As root, podman is another user, whose group the folder has from the one it is in: he has to reach what containers mount.
        Directory.CreateDirectory(Path, Environment.IsPrivilegedProcess ? OwnerOnly | UnixFileMode.GroupExecute : OwnerOnly);
        foreach (var folder in (string[])[Session, Secrets])
        {
            Directory.CreateDirectory(folder, OwnerOnly);

            // Without the bit by which folders in it would be of that group.
            File.SetUnixFileMode(folder, OwnerOnly);
        }
    }

    public string Path { get; }

    /// <summary>DCP's own.</summary>
    public string Session { get; }

    private string Secrets { get; }

    private string Mounts => System.IO.Path.Combine(Path, "mounts");

    /// <summary>Writes secrets to a file only their owner can read, in the form of <c>podman --env-file</c>.</summary>
    public async Task<string> WriteSecretsAsync(string name, IReadOnlyDictionary<string, string> secrets, CancellationToken cancellationToken)
    {
        var path = SecretsPathOf(name);
        var file = OpenPrivate(path);
        await using (file.ConfigureAwait(false))
        {
            using var writer = new StreamWriter(file);
            foreach (var (key, value) in secrets)
            {
                if (value.AsSpan().IndexOfAny('\r', '\n') >= 0)
                {
                    throw new DistributedApplicationException($"The secret environment variable '{key}' of '{name}' has a line break, which an environment file cannot carry. Mount it as a file instead.");
                }

                await writer.WriteLineAsync($"{key}={value}".AsMemory(), cancellationToken).ConfigureAwait(false);
            }
        }

        return path;
    }

    public void RemoveSecrets(string name) => File.Delete(SecretsPathOf(name));

    /// <summary>Writes one secret to a file only its owner can read.</summary>
    public async Task<string> WriteSecretAsync(string name, string value, CancellationToken cancellationToken)
    {
        var path = System.IO.Path.Combine(Secrets, $"{name}.secret");
        var file = OpenPrivate(path);
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(value), cancellationToken).ConfigureAwait(false);
        }

        return path;
    }

    /// <summary>Makes the folder of the tunnels' sockets, which containers mount.</summary>
    public string CreateTunnelFolder() => CreateEnterable(System.IO.Path.Combine(Path, "tunnel"));

    /// <summary>Makes an empty folder for what one instance mounts. Its container can read it, whoever it runs as; on the host the run's folder closes it to others.</summary>
    public string CreateMountFolder(string name)
    {
        RemoveMountFolder(name);
        CreateEnterable(Mounts);
        return CreateEnterable(MountPathOf(name));
    }

    public void RemoveMountFolder(string name)
    {
        if (Directory.Exists(MountPathOf(name)))
        {
            Directory.Delete(MountPathOf(name), recursive: true);
        }
    }

    // Whatever the umask is.
    private static string CreateEnterable(string path)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, Enterable);
        return path;
    }

    private static FileStream OpenPrivate(string path)
        => new(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });

    private string MountPathOf(string name) => System.IO.Path.Combine(Mounts, name);

    private string SecretsPathOf(string name) => System.IO.Path.Combine(Secrets, $"{name}.env");
}
