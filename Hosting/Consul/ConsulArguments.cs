using System.Globalization;

namespace XoeNovAi.Hosting.Consul;

/// <summary>What Consul is told on its command line: nothing of it is secret.</summary>
internal static class ConsulArguments
{
    // It never calls outside, and is reached by HTTP only. Its development mode alone would write a line for each request, among which
    // nobody finds the others.
    private static readonly string[] Common = ["-log-level=info", "-client=127.0.0.1", "-hcl", "addresses { http = \"0.0.0.0\" }", "-hcl", "disable_update_check = true", "-hcl", "disable_remote_exec = true"];

    /// <summary>Of a single server, or of the agent of several.</summary>
    public static void AddOf(IList<object> arguments, ConsulResource consul)
    {
        Add(arguments, consul.Servers is null ? ["agent", "-dev", .. Common] : ["agent", .. Common]);
        if (consul.Servers is { } servers)
        {
            Join(arguments, servers);
            if (servers.Subnet is { } subnet)
            {
                // A template of Consul's own: the one of its addresses that is there. An expression is a format, in which a brace is written twice.
                const string Begin = "{{{{";
                const string End = "}}}}";
                arguments.Add(ReferenceExpression.Create($"-bind={Begin} GetAllInterfaces | include \"network\" \"{subnet}\" | attr \"address\" {End}"));
            }
        }
    }

    /// <summary>Of one of several servers.</summary>
    public static void AddOfServer(IList<object> arguments, ConsulServers servers)
    {
        // Elections take as long as Consul's own reference for servers that are close to each other, and not five times that.
        Add(arguments, ["agent", "-server", string.Create(CultureInfo.InvariantCulture, $"-bootstrap-expect={servers.All.Count}"), "-hcl", "performance { raft_multiplier = 1 }", "-hcl", "connect { enabled = true }", .. Common]);
        Join(arguments, servers);
    }

    private static void Join(IList<object> arguments, ConsulServers servers)
        => Add(arguments, ["-retry-interval=1s", .. servers.All.Select(static s => $"-retry-join={s.Name}")]);

    private static void Add(IList<object> arguments, IEnumerable<string> more)
    {
        foreach (var argument in more)
        {
            arguments.Add(argument);
        }
    }
}
