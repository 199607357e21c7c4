using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Hardening;

namespace XoeNovAi.BootBenchmark;

/// <summary>
/// What stock Aspire can run of the stack here: its stores, Consul and one service as a process. Declared networks,
/// secret files and programs mounted on a shared image are this hosting's, so it is not the stack itself.
/// </summary>
internal static class SmallModel
{
    public static DistributedApplication Build(bool takeover)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            // Where DCP is, the AppHost's assembly says.
            AssemblyName = typeof(Projects.AppHost).Assembly.GetName().Name,
            Args =
            [
                "--Logging:Console:LogLevel:Default=None",

                // It would pull an image from a registry. Nobody in here looks for the host.
                "--ASPIRE_ENABLE_CONTAINER_TUNNEL=false",
                "--DcpPublisher:WaitForResourceCleanup=true",
            ],
            DisableDashboard = true,
            AllowUnsecuredTransport = true,
        });
        if (takeover)
        {
            builder.UseRootlessPodman();
        }

        // They change users themselves, for which a hardened container has no right.
        var user = new ContainerHardening { User = "999:999" };
        var consul = Local(builder.AddConsul("consul"), "consul", "1");
        var postgres = Local(builder.AddPostgres("postgres"), "postgres", "15").WithHardening(user).WithEnvironment("POSTGRES_INITDB_ARGS", string.Empty);
        var xnai = postgres.AddDatabase("xnai");
        var redis = Local(builder.AddRedis("redis"), "redis", "7").WithHardening(user).WithoutHttpsCertificate();
        builder.AddProject<Projects.Qdrant>("qdrant", launchProfileName: null)
            .WithHttpEndpoint()
            .WithHttpHealthCheck("/healthz")
            .WithReference(xnai).WaitFor(xnai)
            .WithReference(redis).WaitFor(redis)
            .WithEnvironment("Consul", consul.GetEndpoint("http")).WaitFor(consul);
        return builder.Build();
    }

    // Set-up's images, but with secrets as stock Aspire gives them.
    private static IResourceBuilder<T> Local<T>(IResourceBuilder<T> container, string image, string tag)
        where T : ContainerResource
        => container.WithImage($"xoe-novai/{image}", tag).WithImageRegistry("localhost").WithImagePullPolicy(ImagePullPolicy.Never);
}
