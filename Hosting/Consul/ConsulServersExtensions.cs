using System.Security.Cryptography;

namespace XoeNovAi.Hosting.Consul;

/// <summary>Has several servers elect a leader.</summary>
public static class ConsulServersExtensions
{
    private const int GossipKeyBytes = 32;

    /// <summary>
    /// Puts servers behind Consul, <c>NAME-server-1</c> and so on, which elect one of them. The resource itself becomes an agent of
    /// theirs, as Consul has one on each machine: services register with it and ask it, whichever server leads, and what is
    /// registered does not depend on one of them. They keep their data as long as their containers live. What they tell each
    /// other is encrypted with the parameter <c>NAME-gossip-key</c>, generated unless given. When publishing, nothing is changed.
    /// </summary>
    /// <param name="builder">Consul.</param>
    /// <param name="count">How many: three survive the loss of one, five of two. One is Consul as it is without this.</param>
    /// <param name="subnet">The subnet on which they and the agent talk to each other, where the agent is on several networks.</param>
    /// <param name="configure">Says of each server what is said of Consul itself: its image, its networks.</param>
    public static IResourceBuilder<ConsulResource> WithServers(this IResourceBuilder<ConsulResource> builder, int count, ReferenceExpression? subnet = null, Action<IResourceBuilder<ConsulServerResource>>? configure = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!builder.ApplicationBuilder.ExecutionContext.IsRunMode || count == 1)
        {
            return builder;
        }

        var consul = builder.Resource;
        if (consul.Servers is not null)
        {
            throw new DistributedApplicationException($"'{consul.Name}' has its servers already.");
        }

        var servers = Enumerable.Range(1, count).Select(i => new ConsulServerResource($"{consul.Name}-server-{i}")).ToList();
        builder.WithAnnotation(new ConsulServers(servers, subnet, CreateGossipKey(builder.ApplicationBuilder, $"{consul.Name}-gossip-key")))
            .WithNameOfItsOwn();
        foreach (var server in servers)
        {
            var added = builder.ApplicationBuilder.AddResource(server)
                .WithImage(ConsulBuilderExtensions.Image, ConsulBuilderExtensions.Tag)
                .WithImageRegistry(ConsulBuilderExtensions.Registry)
                .WithHttpEndpoint(targetPort: ConsulBuilderExtensions.HttpPort, name: ConsulResource.HttpEndpointName)
                .WithArgs(context => ConsulArguments.AddOfServer(context.Args, consul.Servers!))
                .WithConfigurationOf(consul)
                .WithLeaderCheck(consul, server.PrimaryEndpoint)
                .WithNameOfItsOwn()
                .WithParentRelationship(consul);
            configure?.Invoke(added);
        }

        return builder;
    }

    // Consul takes its host's name as its own. Another at each start: who comes back without its data is not the one that is missed, and need not wait until that is given up.
    private static IResourceBuilder<T> WithNameOfItsOwn<T>(this IResourceBuilder<T> builder)
        where T : ContainerResource
        => builder.WithContainerRuntimeArgs(context => context.Args.Add($"--hostname={builder.Resource.Name}-{Guid.NewGuid().ToString("N")[..8]}"));

    private static ParameterResource CreateGossipKey(IDistributedApplicationBuilder builder, string name)
        => new(
            name,
            _ =>
            {
                var given = builder.Configuration[$"Parameters:{name}"] ?? builder.Configuration[$"Parameters:{name.Replace('-', '_')}"];
                return string.IsNullOrEmpty(given) ? Convert.ToBase64String(RandomNumberGenerator.GetBytes(GossipKeyBytes)) : given;
            },
            secret: true);
}
