using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.AppHost.Plants;

/// <summary>The faults that can be planted. Each is harmless to the machine: what it opens leads nowhere.</summary>
internal static class PlantCatalogue
{
    private const string Victim = "gateway";

    public static IReadOnlyList<Plant> All { get; } =
    [
        new("ordinary-network", static b => b.CreateResourceBuilder(NamedOf<PodmanNetworkResource>(b, "app-network")).WithPodmanArguments("--internal=false", "--opt=isolate=false")),
        new("port-on-all-addresses", static b => InContainer(b, "--publish=0.0.0.0::9")),
        new("capability", static b => InContainer(b, "--cap-add=NET_BIND_SERVICE")),
        new("host-mount", static b => InContainer(b, "--volume=/usr/lib/os-release:/srv/host-os-release:ro")),
        new("shared-namespace", static b => InContainer(b, "--uts=host")),
        new("no-seccomp", static b => InContainer(b, "--security-opt=seccomp=unconfined")),
        new("foreign-name", static b => InContainer(b, "--network-alias=redis")),
        new("secret-in-arguments", SecretInArguments),
        new("declared-privileges", static b => b.CreateResourceBuilder(NamedOf<RedisResource>(b, "redis")).WithHardening(new() { User = "999:999", ReadOnlyRoot = false, Capabilities = ["NET_BIND_SERVICE"] })),
    ];

    private static void InContainer(IDistributedApplicationBuilder builder, string argument)
        => builder.CreateResourceBuilder(NamedOf<ContainerResource>(builder, Victim)).WithContainerRuntimeArgs(argument);

    private static void SecretInArguments(IDistributedApplicationBuilder builder)
    {
        var password = NamedOf<PostgresServerResource>(builder, "postgres").PasswordParameter;
        builder.CreateResourceBuilder(NamedOf<ContainerResource>(builder, Victim)).WithContainerRuntimeArgs(async context =>
            context.Args.Add($"--label=planted={await password.GetValueAsync(context.CancellationToken).ConfigureAwait(false)}"));
    }

    private static T NamedOf<T>(IDistributedApplicationBuilder builder, string name)
        where T : IResource
        => builder.Resources.OfType<T>().FirstOrDefault(r => r.Name == name)
            ?? throw new DistributedApplicationException($"A planted fault goes into '{name}', which is not in this run.");
}
