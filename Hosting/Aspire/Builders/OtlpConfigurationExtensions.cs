using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;

namespace Aspire.Hosting;

/// <summary>Lets resources send their telemetry to the dashboard.</summary>
public static class OtlpConfigurationExtensions
{
    /// <summary>Gives the resource the OTEL_* environment, in whatever protocol the dashboard takes.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment
        => builder.WithOtlpExporter(requiredProtocol: null);

    /// <summary>Gives the resource the OTEL_* environment.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="protocol">How it sends.</param>
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder, OtlpProtocol protocol)
        where T : IResourceWithEnvironment
        => builder.WithOtlpExporter((OtlpProtocol?)protocol);

    private static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder, OtlpProtocol? requiredProtocol)
        where T : IResourceWithEnvironment
    {
        var first = !builder.Resource.HasAnnotationOfType<OtlpExporterAnnotation>();
        builder.WithAnnotation(new OtlpExporterAnnotation { RequiredProtocol = requiredProtocol }, ResourceAnnotationMutationBehavior.Replace);
        return first ? builder.WithEnvironment(OtlpEnvironment.Apply) : builder;
    }
}
