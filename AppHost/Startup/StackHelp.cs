namespace XoeNovAi.AppHost.Startup;

/// <summary>What <c>--help</c> prints.</summary>
internal static class StackHelp
{
    private const string Text = """
        Runs the Xoe-NovAi Foundation stack on rootless Podman, with the Aspire dashboard on it.

          dotnet run --project AppHost [-- SETTING …]

        Settings; each can stand in the environment as well, with __ for the colon:

          --Stack:Run=process                    services as processes on the host, for the debugger (default: container)
          --Stack:GatewayPort=8001               the gateway's port on loopback (default: 8000)
          --Stack:StartTimeout=00:05:00          how long the start may take (default: three minutes)
          --Stack:CheckInterval=00:00:05         how often Consul checks a service (default: one second)
          --Stack:Consul:Servers=3               three servers of Consul that elect a leader, or five (default: one)
          --Stack:Data=ha                        PostgreSQL as a cluster of two that outlives its primary (default: single)
          --Stack:Mesh=on                        rag calls qdrant and memory-bank, and is called by it, through Consul's mesh
          --Stack:Data:Pool=pgbouncer            services reach PostgreSQL through PgBouncer (default: directly)
          --Stack:Data:Backups=FOLDER            where the command 'backup' of postgres writes (default: AppHost/backups)
          --Stack:Echo=true                      services answer with what they received, for tests (default: off)
          --Stack:Faults=true                    services can be made sick, slow or crash, and the dashboard has freeze, thaw and kill (default: off)
          --Stack:Services:NAME:Run=process      the same as Stack:Run, for one service; none leaves it out
          --Stack:Services:NAME:Image=IMAGE      a real image in the stub's place, with
          --Stack:Services:NAME:Port=8080          the port it listens on,
          --Stack:Services:NAME:HealthPath=/up     what answers 200 when it is healthy, and
          --Stack:Services:NAME:Environment:KEY=VALUE
          --Parameters:postgres-password=…       in the environment, where others cannot read it: Parameters__postgres_password
          --Parameters:redis-password=…          (both are generated for each run when they are not given)
          Parameters__consul_management_token    the token that may do everything in Consul, a UUID (generated likewise)

          ASPNETCORE_URLS=http://localhost:18888 where the dashboard is served

          --publisher NAME --output-path FOLDER  writes the stack for podman-kube, kubernetes, quadlet, compose or as Aspire's manifest,
          --Publishing:Application=NAME            what networks and volumes begin with (default: apphost),
          --Publishing:Registry=REGISTRY           where images made here are (default: localhost), and
          --Publishing:Tag=TAG                     the tag of the services' images (default: 1)

        The services are rag, oikos, memory-bank, curation-worker, chainlit, open-webui, vikunja, mkdocs, qdrant and
        gateway. Ctrl+C stops everything and leaves nothing behind.
        """;

    public static bool IsAskedFor(string[] args) => args.Any(static a => a is "--help" or "-h" or "-?");

    public static int Print()
    {
        Console.WriteLine(Text);
        return 0;
    }
}
