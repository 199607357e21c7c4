using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Tests.Harness;

/// <summary>A Podman with a state, a store and processes of its own, so that these can be killed while others' containers run.</summary>
internal sealed class PrivatePodman : IAsyncDisposable
{
    private const string Image = "localhost/xoe-novai/tunnel:1";
    private readonly string _folder;

    private PrivatePodman(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(BinFolder);
        var shared = File.ReadAllText(Path.Combine(Engine.Folder, "podman"));
        var begin = shared.IndexOf('\n', StringComparison.Ordinal) + 1;

        // As root the wrapper gives Podman an environment of its own; as an ordinary user, what is exported comes through.
        File.WriteAllText(Command, shared.Insert(begin, $"export XDG_RUNTIME_DIR='{RuntimeFolder}'\n")
            .Replace($"XDG_RUNTIME_DIR='{Engine.RuntimeFolder}'", $"XDG_RUNTIME_DIR='{RuntimeFolder}'", StringComparison.Ordinal)
            .Replace("\"$@\"", $"--root '{folder}/storage' --runroot '{RuntimeFolder}/containers' \"$@\"", StringComparison.Ordinal));
        File.SetUnixFileMode(Command, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Cli = new(new() { Command = Command, RunRoot = folder, NamesFolder = NamesFolder }, TimeProvider.System);
    }

    public PodmanCli Cli { get; }

    /// <summary>The folder its command is in.</summary>
    public string BinFolder => Path.Combine(_folder, "bin");

    public string Command => Path.Combine(BinFolder, "podman");

    public string RuntimeFolder => Path.Combine(_folder, "run");

    public string NamesFolder => Path.Combine(RuntimeFolder, "containers", "networks", "aardvark-dns");

    /// <summary>Makes one, with one image.</summary>
    public static async Task<PrivatePodman> CreateAsync(CancellationToken cancellationToken)
    {
        // Where the other's store is: not every file system can carry one.
        var folder = (await Engine.RunAsync(cancellationToken, "unshare", "sh", "-c", "mktemp --directory \"$HOME/podman-XXXXXX\"")).Single();
        var podman = new PrivatePodman(folder);
        try
        {
            await Engine.RunAsync(cancellationToken, "unshare", "mkdir", "--mode", "700", podman.RuntimeFolder);
            await Engine.RunAsync(cancellationToken, "save", "--output", $"{folder}/image", Image);
            await podman.Cli.RunAsync(["load", "--input", $"{folder}/image"], cancellationToken);
            return podman;
        }
        catch
        {
            await podman.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a container, and kills it, its monitor and Podman's own process: all at once, as the end of a session does.</summary>
    public async Task KillWhileRunningAsync(string container, string label, CancellationToken cancellationToken)
    {
        await Cli.RunAsync(["run", "--detach", "--name", container, "--label", label, "--network", "none", "--user", "0", "--entrypoint", "sleep", Image, "600"], cancellationToken);
        var processes = await Cli.RunAsync(["inspect", "--format", "{{.State.ConmonPid}} {{.State.Pid}}", container], cancellationToken);
        var pause = await File.ReadAllTextAsync(Path.Combine(RuntimeFolder, "libpod", "tmp", "pause.pid"), cancellationToken);
        await Engine.RunAsync(cancellationToken, ["unshare", "kill", "-9", .. processes.Split(' '), pause.Trim()]);
    }

    public async ValueTask DisposeAsync()
    {
        await Cli.TryRunAsync(["rm", "--force", "--all", "--time", "0"], CancellationToken.None);
        await Cli.TryRunAsync(["system", "migrate"], CancellationToken.None);
        Directory.Delete(BinFolder, recursive: true);
        await Engine.RunAsync(CancellationToken.None, "unshare", "rm", "--recursive", "--force", _folder);
    }
}
