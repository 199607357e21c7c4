using System.Collections.Concurrent;
using System.Globalization;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.AppHost.Data.Backup;

/// <summary>Runs PostgreSQL's own programs in the server's container: as the server's user and over its socket, for which no password is needed.</summary>
internal sealed class ServerPrograms(PodmanCli podman, string container, ILogger logger)
{
    // First its number, by which it can be ended.
    private const string Script = """
        echo $$ >&2
        export PGHOST=/tmp
        exec "$@"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program to its end. When it is not waited for any more, it is ended.</summary>
    /// <param name="program">The program and its arguments.</param>
    /// <param name="input">Writes what it reads; null when that is nothing.</param>
    /// <param name="output">Takes what it prints; null when nobody wants it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DistributedApplicationException">It failed; the message is its complaint.</exception>
    public async Task RunAsync(IEnumerable<string> program, Func<Stream, CancellationToken, Task>? input, Func<Stream, CancellationToken, Task>? output, CancellationToken cancellationToken)
    {
        var number = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var untaken = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new ConcurrentQueue<string>();
        using var ending = new CancellationTokenSource();
        var work = podman.PipeAsync(["exec", "--interactive", container, "sh", "-c", Script, "sh", .. program], input, output is null ? null : TakeAsync, Hear, ending.Token);
        try
        {
            await (await Task.WhenAny(work, untaken.Task).WaitAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch when (!work.IsCompleted)
        {
            await EndAsync(work, number.Task, ending).ConfigureAwait(false);
            throw;
        }

        if (untaken.Task.IsCompleted)
        {
            await untaken.Task.ConfigureAwait(false);
        }

        if (await work.ConfigureAwait(false) != 0)
        {
            throw new DistributedApplicationException(ComplaintOf(said));
        }

        // What cannot be taken is read all the same: a program that cannot get rid of it would not end.
        async Task TakeAsync(Stream printed, CancellationToken token)
        {
            try
            {
                await output(printed, token).ConfigureAwait(false);
            }
            catch (Exception exception) when (!token.IsCancellationRequested)
            {
                untaken.TrySetException(exception);
                await printed.CopyToAsync(Stream.Null, token).ConfigureAwait(false);
            }
        }

        void Hear(string line)
        {
            if (!number.Task.IsCompleted && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                number.TrySetResult(line);
                return;
            }

            said.Enqueue(line);
            logger.LogInformation("{Line}", line);
        }
    }

    private static string ComplaintOf(IEnumerable<string> said)
        => said.FirstOrDefault(static l => l.Contains("error:", StringComparison.OrdinalIgnoreCase)) ?? said.LastOrDefault() ?? "It did not say why.";

    // Podman's own end would leave the program in the container. Interrupted, each of them has the server give up too what it was asked.
    private async Task EndAsync(Task work, Task<string> number, CancellationTokenSource ending)
    {
        Task known = Task.WhenAny(work, number);
        await known.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (number.IsCompletedSuccessfully)
        {
            await podman.TryRunAsync(["exec", container, "sh", "-c", "kill -INT \"$1\"", "sh", await number.ConfigureAwait(false)], CancellationToken.None).ConfigureAwait(false);
        }

        await ending.CancelAsync().ConfigureAwait(false);
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
