using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace XoeNovAi.Hosting.Tests.Model;

/// <summary>What tests of the model share: builders of nothing, addresses, seen from somewhere.</summary>
internal static class Values
{
    public static IDistributedApplicationTestingBuilder Builder(params (string Key, string Value)[] configuration)
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        foreach (var (key, value) in configuration)
        {
            builder.Configuration[key] = value;
        }

        return builder;
    }

    /// <summary>Gives an endpoint the addresses it has once the application has started.</summary>
    public static void Allocate(IResource resource, string endpoint, int hostPort, string containerHost, int containerPort)
    {
        var annotation = resource.Annotations.OfType<EndpointAnnotation>().Single(e => e.Name == endpoint);
        annotation.AllocatedEndpoint = new(annotation, "localhost", hostPort);
        annotation.AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(
            KnownNetworkIdentifiers.DefaultAspireContainerNetwork,
            new(annotation, containerHost, containerPort, EndpointBindingMode.SingleAddress, null, KnownNetworkIdentifiers.DefaultAspireContainerNetwork));
    }

    public static ValueProviderContext SeenBy(IResource caller) => new() { Caller = caller };

    public static Task<IReadOnlyDictionary<string, object>> EnvironmentOf(IResource resource, CancellationToken cancellationToken)
        => EnvironmentOf(resource, new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run), cancellationToken);

    public static async Task<IReadOnlyDictionary<string, object>> EnvironmentOf(IResource resource, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return context.EnvironmentVariables;
    }
}
