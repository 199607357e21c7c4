using System.Diagnostics;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>
/// Rules of nftables where the user's networks meet. They belong to a process that lives as long as this one at most,
/// however this one ends: the kernel takes them back when it is gone.
/// </summary>
internal sealed class OwnedRules : IDisposable, IAsyncDisposable
{
    private readonly Process _owner;
    private readonly string _table;

    private OwnedRules(Process owner, string table)
    {
        _owner = owner;
        _table = table;
    }

    /// <summary>Starts the process the rules are to belong to; there are none yet.</summary>
    /// <param name="environment">Where podman is.</param>
    /// <param name="table">The table they will be in.</param>
    public static OwnedRules Open(PodmanEnvironment environment, string table)
    {
        // A session of its own: Ctrl+C must not end it before the containers. nft keeps in the home what it was told: for ever.
        var start = new ProcessStartInfo("setsid", [environment.Command, "unshare", "--rootless-netns", "sh", "-c", "HOME=/dev/null exec nft -i 2>&1"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        var owner = Process.Start(start) ?? throw new DistributedApplicationException("'setsid' could not be started.");
        owner.ErrorDataReceived += static (_, _) => { };
        owner.BeginErrorReadLine();
        return new(owner, table);
    }

    /// <summary>Carries out commands; when it returns, they are in force.</summary>
    /// <exception cref="DistributedApplicationException">nft refused one.</exception>
    public async Task ApplyAsync(IEnumerable<string> commands, CancellationToken cancellationToken)
    {
        var said = new List<string>();
        try
        {
            foreach (var command in commands)
            {
                await _owner.StandardInput.WriteLineAsync(command.AsMemory(), cancellationToken).ConfigureAwait(false);
            }

            // What it answers to this, it answers when it has carried out all that came before.
            await _owner.StandardInput.WriteLineAsync($"list table inet {_table}".AsMemory(), cancellationToken).ConfigureAwait(false);
            await _owner.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
            while (await _owner.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                said.Add(line);
                if (line == "}" && !said.Exists(static l => l.StartsWith("Error:", StringComparison.Ordinal)))
                {
                    return;
                }

                if (line.StartsWith("Error:", StringComparison.Ordinal))
                {
                    break;
                }
            }
        }
        catch (IOException exception)
        {
            said.Add(exception.Message);
        }

        throw new DistributedApplicationException($"The rules that keep the networks apart could not be made; nft (package nftables) says: {string.Join(' ', said.Select(static l => l.Trim())).Trim()}");
    }

    /// <summary>Lets go of the rules; they are gone a moment later.</summary>
    public void Dispose()
    {
        _owner.StandardInput.Close();
        _owner.Dispose();
    }

    /// <summary>Lets go of the rules, and waits until they are gone.</summary>
    public async ValueTask DisposeAsync()
    {
        _owner.StandardInput.Close();
        await _owner.WaitForExitAsync().ConfigureAwait(false);
        _owner.Dispose();
    }
}
