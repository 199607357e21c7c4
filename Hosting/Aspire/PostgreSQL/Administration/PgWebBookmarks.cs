using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Postgres;

/// <summary>The databases pgweb offers, a TOML file each (https://github.com/sosedoff/pgweb/wiki/Server-Connection-Bookmarks).</summary>
internal static class PgWebBookmarks
{
    public const string Folder = "/.pgweb/bookmarks";

    public static async Task<IEnumerable<ContainerFileSystemItem>> DescribeAsync(IEnumerable<PostgresDatabaseResource> databases, IResource reader, CancellationToken cancellationToken)
    {
        var context = new ValueProviderContext { Caller = reader };
        var files = new List<ContainerFileSystemItem>();
        foreach (var database in databases)
        {
            var server = database.Parent;
            files.Add(new ContainerFile
            {
                Name = $"{database.Name}.toml",
                Contents = $"""
                    host = {Text(await server.Host.GetValueAsync(context, cancellationToken).ConfigureAwait(false))}
                    port = {await server.Port.GetValueAsync(context, cancellationToken).ConfigureAwait(false)}
                    user = {Text(await server.UserNameReference.GetValueAsync(context, cancellationToken).ConfigureAwait(false))}
                    password = {Text(await server.PasswordParameter.GetValueAsync(cancellationToken).ConfigureAwait(false))}
                    database = {Text(database.DatabaseName)}
                    sslmode = "disable"

                    """,
            });
        }

        return files;
    }

    // What JSON escapes in a string, TOML reads alike.
    private static string Text(string? value) => $"\"{JsonEncodedText.Encode(value ?? string.Empty)}\"";
}
