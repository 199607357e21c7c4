using Microsoft.Extensions.Diagnostics.HealthChecks;
using XoeNovAi.AppHost.Certificates;
using XoeNovAi.Hosting.Podman.Hardening;
using XoeNovAi.Hosting.Podman.Volumes;
using XoeNovAi.Hosting.Publishing;

namespace XoeNovAi.AppHost.Data.Redis;

/// <summary>What the contract says of Redis: TLS only, a password that is on no command line, and limits.</summary>
internal static class RedisTuning
{
    /// <summary>Where a server keeps its data.</summary>
    public const string DataFolder = "/data";

    // Of what expires anyway, which caches do: streams never do, so they are never evicted.
    private const string Eviction = "volatile-lru";
    private const string PasswordOption = "--requirepass";
    private const string PlainPortOption = "--port";
    private const string PlainEndpoint = "secondary";

    // All services together have some thirty connections. Who leaks them is refused more before the memory is full of their buffers.
    private static readonly string[] Limits = ["--maxmemory", "512mb", "--maxmemory-policy", Eviction, "--maxclients", "100"];

    // What was acknowledged outlives the server; what it took within the last second may be lost with the machine.
    private static readonly string[] AppendOnly = ["--appendonly", "yes"];

    // The file says it all: snapshots beside it would be forks of the whole memory for nothing.
    private static readonly string[] NoSnapshots = ["--save", string.Empty];

    /// <summary>What every member runs as.</summary>
    public static ContainerHardening Hardening { get; } = new() { User = "999:999" };

    /// <summary>What holds for every server, whichever way Redis is run.</summary>
    public static IReadOnlyList<string> Settings => [.. Limits, .. AppendOnly, .. NoSnapshots];

    public static IResourceBuilder<RedisResource> WithStackTuning(this IResourceBuilder<RedisResource> builder, RunCertificateAuthority authority)
    {
        var redis = builder.Resource;

        // The image's own entrypoint, which gives the server its password by standard input, instead of a shell that expands it.
        redis.Entrypoint = null;
#pragma warning disable ASPIRECONTAINERSHELLEXECUTION001 // Aspire's own way to its password.
        redis.ShellExecution = false;
#pragma warning restore ASPIRECONTAINERSHELLEXECUTION001
        builder.WithRunVolume(DataFolder).WithHealthCommand("redis-cli", "ping");
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            // Aspire's arguments are a shell's command there.
            return builder.WithArgs(static context =>
            {
                context.Args.Clear();
                foreach (var setting in Settings)
                {
                    context.Args.Add(setting);
                }
            });
        }

        builder.WithArgs([.. Settings]).WithHttpsCertificate(authority.Issue(redis.Name));

        // By then Aspire has given it a second endpoint, without TLS.
        builder.ApplicationBuilder.OnBeforeStart((_, _) =>
        {
            foreach (var plain in redis.Annotations.OfType<EndpointAnnotation>().Where(static e => e.Name == PlainEndpoint).ToList())
            {
                redis.Annotations.Remove(plain);
            }

            builder.WithArgs(static context =>
            {
                Replace(context.Args, PasswordOption, []);
                Replace(context.Args, PlainPortOption, [PlainPortOption, "0"]);
            });
            return Task.CompletedTask;
        });
        builder.ApplicationBuilder.Services
            .AddSingleton(_ => new RedisConnection(redis.ConnectionStringExpression, authority))
            .PostConfigure<HealthCheckServiceOptions>(options => options.TrustInRedis(redis));
        return builder;
    }

    // An option and its value.
    private static void Replace(IList<object> arguments, string option, IReadOnlyList<object> with)
    {
        var index = arguments.IndexOf(option);
        if (index >= 0)
        {
            arguments.RemoveAt(index + 1);
            arguments.RemoveAt(index);
            foreach (var (argument, offset) in with.Select(static (a, i) => (a, i)))
            {
                arguments.Insert(index + offset, argument);
            }
        }
    }
}
