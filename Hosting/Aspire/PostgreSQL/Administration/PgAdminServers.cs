using System.Globalization;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Postgres;

/// <summary>The servers pgAdmin knows when it starts, in the format of its import (https://www.pgadmin.org/docs/pgadmin4/latest/import_export_servers.html).</summary>
internal static class PgAdminServers
{
    public const string Folder = "/pgadmin4";

    public static async Task<IEnumerable<ContainerFileSystemItem>> DescribeAsync(IEnumerable<PostgresServerResource> servers, IResource reader, CancellationToken cancellationToken)
    {
        var context = new ValueProviderContext { Caller = reader };
        var list = new JsonObject();
        foreach (var server in servers)
        {
            list.Add((list.Count + 1).ToString(CultureInfo.InvariantCulture), new JsonObject
            {
                ["Name"] = server.Name,
                ["Group"] = "Servers",
                ["Host"] = await server.Host.GetValueAsync(context, cancellationToken).ConfigureAwait(false),
                ["Port"] = int.Parse((await server.Port.GetValueAsync(context, cancellationToken).ConfigureAwait(false))!, CultureInfo.InvariantCulture),
                ["Username"] = await server.UserNameReference.GetValueAsync(context, cancellationToken).ConfigureAwait(false),
                ["SSLMode"] = "prefer",
                ["MaintenanceDB"] = "postgres",
                ["PasswordExecCommand"] = $"printf %s {Quoted(await server.PasswordParameter.GetValueAsync(cancellationToken).ConfigureAwait(false))}",
            });
        }

        return [new ContainerFile { Name = "servers.json", Contents = new JsonObject { ["Servers"] = list }.ToJsonString() }];
    }

    private static string Quoted(string? word) => $"'{word?.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
