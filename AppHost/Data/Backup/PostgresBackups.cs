using System.Globalization;

namespace XoeNovAi.AppHost.Data.Backup;

/// <summary>Backs a database up, and restores it.</summary>
internal sealed class PostgresBackups(string database, BackupFolder folder, ServerPrograms programs, TimeProvider time, ILogger logger)
{
    // Longer than any statement of a service may take: theirs are no reason to fail.
    private const int LockSeconds = 10;

    private const string Unchanged = "Nothing has been changed.";

    // What the restore will lock. It waits for its locks without end, as pg_restore turns every limit off: so they are tried before.
    private const string TryLocks = """
        DO $$ DECLARE relation regclass; BEGIN
          FOR relation IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
          LOOP EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', relation); END LOOP;
        END $$
        """;

    /// <summary>Writes a backup.</summary>
    /// <returns>The file, and what there is to say of it.</returns>
    /// <exception cref="DistributedApplicationException">There is no new backup; the message says why.</exception>
    public async Task<(string File, string Message)> BackUpAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        logger.LogInformation("'{Database}' is being backed up.", database);
        var file = await folder.AddAsync(content => RunAsync(
            ["pg_dump", "--verbose", "--format=custom", string.Create(CultureInfo.InvariantCulture, $"--lock-wait-timeout={LockSeconds}s"), $"--dbname={database}"],
            input: null,
            content,
            $"'{database}' could not be backed up, and nothing is left of it.",
            cancellationToken)).ConfigureAwait(false);
        return (file.FullName, $"'{database}' is backed up: {SizeOf(file)} in {Since(began)}, '{file.FullName}'.");
    }

    /// <summary>Puts what a backup has in the place of what is there, or changes nothing.</summary>
    /// <param name="name">Which; the newest when it is null.</param>
    /// <param name="cancellationToken">Ends it, with nothing changed.</param>
    /// <returns>The file, and what there is to say of it.</returns>
    /// <exception cref="DistributedApplicationException">Nothing has been changed; the message says why.</exception>
    public async Task<(string File, string Message)> RestoreAsync(string? name, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var file = new FileInfo(folder.Find(name));
        logger.LogInformation("'{Database}' is being restored from '{File}', {Size}.", database, file.FullName, SizeOf(file));
        await RunAsync(["pg_restore", "--list"], file, Stream.Null, $"'{file.FullName}' is no backup that can be read. {Unchanged} Name another.", cancellationToken).ConfigureAwait(false);
        await RunAsync(
            ["psql", "--no-psqlrc", "--quiet", $"--dbname={database}", $"--command=SET lock_timeout = '{LockSeconds}s'", $"--command={TryLocks}"],
            input: null,
            Stream.Null,
            $"The tables of '{database}' cannot be had. {Unchanged} When somebody holds a lock on one, end that transaction and repeat this.",
            cancellationToken).ConfigureAwait(false);
        await RunAsync(
            ["pg_restore", "--verbose", "--clean", "--if-exists", "--single-transaction", "--exit-on-error", $"--dbname={database}"],
            file,
            Stream.Null,
            $"'{file.FullName}' could not be restored. {Unchanged}",
            cancellationToken).ConfigureAwait(false);
        return (file.FullName, $"'{database}' is restored from '{file.FullName}': {SizeOf(file)} in {Since(began)}.");
    }

    private async Task RunAsync(IEnumerable<string> program, FileInfo? input, Stream output, string failure, CancellationToken cancellationToken)
    {
        try
        {
            await programs.RunAsync(program, input is null ? null : ReadAsync, (printed, token) => printed.CopyToAsync(output, token), cancellationToken).ConfigureAwait(false);
        }
        catch (DistributedApplicationException exception)
        {
            throw new DistributedApplicationException($"{failure} {exception.Message}", exception);
        }

        async Task ReadAsync(Stream target, CancellationToken token)
        {
            var content = input.OpenRead();
            await using (content.ConfigureAwait(false))
            {
                await content.CopyToAsync(target, token).ConfigureAwait(false);
            }
        }
    }

    private static string SizeOf(FileInfo file) => string.Create(CultureInfo.InvariantCulture, $"{file.Length / 1000.0:#,0.0} kB");

    private string Since(long began) => string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(began).TotalSeconds:0.0} s");
}
