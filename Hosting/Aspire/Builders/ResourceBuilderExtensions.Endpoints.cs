using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Adds an endpoint; where there is one of that name already, such as a launch profile's, what is given replaces what it has.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="port">The port others use; a free one by default.</param>
    /// <param name="targetPort">The port the resource listens on.</param>
    /// <param name="scheme">The scheme; that of the protocol by default.</param>
    /// <param name="name">The endpoint's name; the scheme by default.</param>
    /// <param name="env">The environment variable that carries the target port to the resource.</param>
    /// <param name="isProxied">Whether DCP's proxy stands before it; so by default.</param>
    /// <param name="isExternal">Whether it is meant for the outside.</param>
    /// <param name="protocol">TCP by default.</param>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? scheme = null, string? name = null, string? env = null, bool? isProxied = null, bool? isExternal = null, ProtocolType? protocol = null)
        where T : IResourceWithEndpoints
    {
        var declared = new EndpointAnnotation(protocol ?? ProtocolType.Tcp, scheme, null, name, port, targetPort, isExternal, isProxied);
        var endpoint = EndpointOf(builder.Resource, declared.Name);
        if (endpoint is null)
        {
            endpoint = declared;
            builder.WithAnnotation(endpoint);
        }
        else
        {
            endpoint.Refine(port, targetPort, isExternal, isProxied);
        }

        if (env is not null && builder.Resource is IResourceWithEnvironment resource)
        {
            if (endpoint.TargetPortVariable is null)
            {
                var reference = new EndpointReference(builder.Resource, endpoint);
                resource.Annotations.Add(new EnvironmentCallbackAnnotation((EnvironmentCallbackContext context) => context.EnvironmentVariables[endpoint.TargetPortVariable!] = reference.Property(EndpointProperty.TargetPort)));
            }

            endpoint.TargetPortVariable = env;
        }

        return builder;
    }

    /// <summary>Adds an endpoint.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="port">The port others use; a free one when null.</param>
    /// <param name="targetPort">The port the resource listens on.</param>
    /// <param name="scheme">The scheme; that of the protocol when null.</param>
    /// <param name="name">The endpoint's name; the scheme when null.</param>
    /// <param name="env">The environment variable that carries the target port to the resource.</param>
    /// <param name="isProxied">Whether DCP's proxy stands before it.</param>
    /// <param name="isExternal">Whether it is meant for the outside.</param>
    /// <param name="protocol">TCP when null.</param>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, int? port, int? targetPort, string? scheme, string? name, string? env, bool isProxied, bool? isExternal, ProtocolType? protocol)
        where T : IResourceWithEndpoints
        => builder.WithEndpoint(port, targetPort, scheme, name, env, (bool?)isProxied, isExternal, protocol);

    /// <summary>Adds an endpoint.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="port">The port others use; a free one when null.</param>
    /// <param name="targetPort">The port the resource listens on.</param>
    /// <param name="scheme">The scheme; tcp when null.</param>
    /// <param name="name">The endpoint's name; the scheme when null.</param>
    /// <param name="env">The environment variable that carries the target port to the resource.</param>
    /// <param name="isProxied">Whether DCP's proxy stands before it.</param>
    /// <param name="isExternal">Whether it is meant for the outside.</param>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, int? port, int? targetPort, string? scheme, string? name, string? env, bool isProxied, bool? isExternal)
        where T : IResourceWithEndpoints
        => builder.WithEndpoint(port, targetPort, scheme, name, env, (bool?)isProxied, isExternal, protocol: null);

    /// <summary>Adds an endpoint.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="port">The port others use; a free one when null.</param>
    /// <param name="targetPort">The port the resource listens on.</param>
    /// <param name="scheme">The scheme; tcp when null.</param>
    /// <param name="name">The endpoint's name; the scheme when null.</param>
    /// <param name="env">The environment variable that carries the target port to the resource.</param>
    /// <param name="isProxied">Whether DCP's proxy stands before it; so when null.</param>
    /// <param name="isExternal">Whether it is meant for the outside.</param>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, int? port, int? targetPort, string? scheme, string? name, string? env, bool? isProxied, bool? isExternal)
        where T : IResourceWithEndpoints
        => builder.WithEndpoint(port, targetPort, scheme, name, env, isProxied, isExternal, protocol: null);

    /// <summary>Says whether a proxy may stand before the resource's endpoints.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="proxyEnabled">Whether it may.</param>
    public static IResourceBuilder<IResourceWithEndpoints> WithEndpointProxySupport(this IResourceBuilder<IResourceWithEndpoints> builder, bool proxyEnabled)
        => builder.WithAnnotation(new ProxySupportAnnotation { ProxyEnabled = proxyEnabled }, ResourceAnnotationMutationBehavior.Replace);

    /// <summary>Says that the resource's HTTP endpoints speak HTTP/2.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    public static IResourceBuilder<T> AsHttp2Service<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        builder.ApplicationBuilder.Eventing.Subscribe<BeforeStartEvent>((_, _) =>
        {
            foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>().Where(static e => e.UriScheme is "http" or "https"))
            {
                endpoint.Transport = "http2";
            }

            return Task.CompletedTask;
        });
        return builder;
    }

    /// <summary>Changes an endpoint, or adds it.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="endpointName">Its name.</param>
    /// <param name="callback">Changes it.</param>
    /// <param name="createIfNotExists">Whether it is added when there is none.</param>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<EndpointAnnotation> callback, bool createIfNotExists = true)
        where T : IResourceWithEndpoints
    {
        var endpoint = EndpointOf(builder.Resource, endpointName);
        if (endpoint is null && createIfNotExists)
        {
            endpoint = new EndpointAnnotation(ProtocolType.Tcp, name: endpointName);
            builder.Resource.Annotations.Add(endpoint);
        }

        if (endpoint is not null)
        {
            callback(endpoint);
        }

        return builder;
    }

    /// <summary>Adds an endpoint that speaks HTTP.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="port">The port others use; a free one by default.</param>
    /// <param name="targetPort">The port the resource listens on.</param>
    /// <param name="name">The endpoint's name; http by default.</param>
    /// <param name="env">The environment variable that carries the target port to the resource.</param>
    /// <param name="isProxied">Whether DCP's proxy stands before it; so by default.</param>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool? isProxied = null)
        where T : IResourceWithEndpoints
        => builder.WithEndpoint(port, targetPort, "http", name, env, isProxied);

    /// <summary>Adds an endpoint that speaks HTTP.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="port">The port others use; a free one when null.</param>
    /// <param name="targetPort">The port the resource listens on.</param>
    /// <param name="name">The endpoint's name; http when null.</param>
    /// <param name="env">The environment variable that carries the target port to the resource.</param>
    /// <param name="isProxied">Whether DCP's proxy stands before it.</param>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port, int? targetPort, string? name, string? env, bool isProxied)
        where T : IResourceWithEndpoints
        => builder.WithHttpEndpoint(port, targetPort, name, env, (bool?)isProxied);

    /// <summary>Adds an endpoint that speaks HTTPS.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="port">The port others use; a free one when null.</param>
    /// <param name="targetPort">The port the resource listens on.</param>
    /// <param name="name">The endpoint's name; https when null.</param>
    /// <param name="env">The environment variable that carries the target port to the resource.</param>
    /// <param name="isProxied">Whether DCP's proxy stands before it.</param>
    public static IResourceBuilder<T> WithHttpsEndpoint<T>(this IResourceBuilder<T> builder, int? port, int? targetPort, string? name, string? env, bool isProxied)
        where T : IResourceWithEndpoints
        => builder.WithHttpsEndpoint(port, targetPort, name, env, (bool?)isProxied);

    /// <summary>Adds an endpoint that speaks HTTPS.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="port">The port others use; a free one by default.</param>
    /// <param name="targetPort">The port the resource listens on.</param>
    /// <param name="name">The endpoint's name; https by default.</param>
    /// <param name="env">The environment variable that carries the target port to the resource.</param>
    /// <param name="isProxied">Whether DCP's proxy stands before it; so by default.</param>
    public static IResourceBuilder<T> WithHttpsEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool? isProxied = null)
        where T : IResourceWithEndpoints
        => builder.WithEndpoint(port, targetPort, "https", name, env, isProxied).WithEndpoint(name ?? "https", static e => e.TlsEnabled = true);

    /// <summary>Lets the resource serve TLS with a certificate; what that means is the resource's affair.</summary>
    /// <typeparam name="TResource">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="certificate">The certificate, with a private key that can be exported.</param>
    /// <param name="password">The password the key is handed over with.</param>
    [Experimental("ASPIRECERTIFICATES001")]
    public static IResourceBuilder<TResource> WithHttpsCertificate<TResource>(this IResourceBuilder<TResource> builder, X509Certificate2 certificate, IResourceBuilder<ParameterResource>? password = null)
        where TResource : IResourceWithEnvironment, IResourceWithArgs
        => certificate.HasPrivateKey
            ? builder.WithAnnotation(new HttpsCertificateAnnotation { Certificate = certificate, Password = password?.Resource }, ResourceAnnotationMutationBehavior.Replace)
            : throw new ArgumentException($"The certificate of '{builder.Resource.Name}' has no private key.", nameof(certificate));

    /// <summary>Says that the HTTP endpoints are meant for the outside.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>().Where(static e => e.UriScheme is "http" or "https"))
        {
            endpoint.IsExternal = true;
        }

        return builder;
    }

    /// <summary>A reference to an endpoint.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="name">The endpoint.</param>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints
        => builder.Resource.GetEndpoint(name);

    /// <summary>A reference to an endpoint as seen from a network.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="name">The endpoint.</param>
    /// <param name="contextNetworkId">The network.</param>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name, NetworkIdentifier contextNetworkId)
        where T : IResourceWithEndpoints
        => builder.Resource.GetEndpoint(name, contextNetworkId);

    /// <summary>Adds a health check that is registered in the application's services.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="key">The name it is registered by.</param>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key)
        where T : IResource
        => builder.Resource.Annotations.OfType<HealthCheckAnnotation>().Any(h => h.Key == key)
            ? throw new DistributedApplicationException($"Resource '{builder.Resource.Name}' already has a health check with key '{key}'.")
            : builder.WithAnnotation(new HealthCheckAnnotation(key));

    /// <summary>Adds a health check that asks over HTTP.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="path">What is asked for; the root by default.</param>
    /// <param name="statusCode">The answer that counts as healthy; 200 by default.</param>
    /// <param name="endpointName">The endpoint that is asked; by default the one called https, else http, else the first that speaks HTTP. It has to be there already.</param>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
        => builder.WithHttpHealthCheck(() => HttpEndpointOf(builder.Resource, endpointName, "HTTP health check"), path, statusCode);

    /// <summary>Adds a health check that asks over HTTPS.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="path">What is asked for; the root by default.</param>
    /// <param name="statusCode">The answer that counts as healthy; 200 by default.</param>
    /// <param name="endpointName">The endpoint that is asked; by default the first that speaks HTTPS.</param>
    [Obsolete("WithHttpHealthCheck does the same for an endpoint that speaks HTTPS.")]
    public static IResourceBuilder<T> WithHttpsHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
        => builder.WithHttpHealthCheck(() => HttpEndpointOf(builder.Resource, endpointName ?? "https", "HTTPS health check"), path, statusCode);

    /// <summary>Declares a probe for those who deploy the resource; in a run it is a health check.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="type">What it decides; a probe of that type there is, is replaced.</param>
    /// <param name="path">What is asked for; the root by default.</param>
    /// <param name="initialDelaySeconds">How long it waits at first; 5 by default.</param>
    /// <param name="periodSeconds">How long it waits between two tries; 5 by default.</param>
    /// <param name="timeoutSeconds">How long a try may take; 1 by default.</param>
    /// <param name="failureThreshold">How many failures in a row count; 3 by default.</param>
    /// <param name="successThreshold">How many successes in a row count after a failure; 1 by default.</param>
    /// <param name="endpointName">The endpoint that is asked; by default the one called https, else http, else the first that speaks HTTP. It has to be there already.</param>
    [Experimental("ASPIREPROBES001")]
    public static IResourceBuilder<T> WithHttpProbe<T>(this IResourceBuilder<T> builder, ProbeType type, string? path = null, int? initialDelaySeconds = null, int? periodSeconds = null, int? timeoutSeconds = null, int? failureThreshold = null, int? successThreshold = null, string? endpointName = null)
        where T : IResourceWithEndpoints, IResourceWithProbes
        => builder.WithHttpProbe(type, () => HttpEndpointOf(builder.Resource, endpointName, "HTTP probe"), path, initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold, successThreshold);

    /// <summary>Declares a probe for those who deploy the resource; in a run it is a health check.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="type">What it decides; a probe of that type there is, is replaced.</param>
    /// <param name="endpointSelector">Gives the endpoint that is asked; by default the one called https, else http, else the first that speaks HTTP. It has to be there already.</param>
    /// <param name="path">What is asked for; the root by default.</param>
    /// <param name="initialDelaySeconds">How long it waits at first; 5 by default.</param>
    /// <param name="periodSeconds">How long it waits between two tries; 5 by default.</param>
    /// <param name="timeoutSeconds">How long a try may take; 1 by default.</param>
    /// <param name="failureThreshold">How many failures in a row count; 3 by default.</param>
    /// <param name="successThreshold">How many successes in a row count after a failure; 1 by default.</param>
    [Experimental("ASPIREPROBES001")]
    public static IResourceBuilder<T> WithHttpProbe<T>(this IResourceBuilder<T> builder, ProbeType type, Func<EndpointReference>? endpointSelector, string? path = null, int? initialDelaySeconds = null, int? periodSeconds = null, int? timeoutSeconds = null, int? failureThreshold = null, int? successThreshold = null)
        where T : IResourceWithEndpoints, IResourceWithProbes
    {
        var endpoint = (endpointSelector ?? (() => HttpEndpointOf(builder.Resource, null, "HTTP probe")))();
        foreach (var twin in builder.Resource.Annotations.OfType<ProbeAnnotation>().Where(p => p.Type == type).ToList())
        {
            builder.Resource.Annotations.Remove(twin);
        }

        builder.WithAnnotation(new EndpointProbeAnnotation
        {
            Type = type,
            EndpointReference = endpoint,
            Path = path ?? "/",
            InitialDelaySeconds = initialDelaySeconds ?? 5,
            PeriodSeconds = periodSeconds ?? 5,
            TimeoutSeconds = timeoutSeconds ?? 1,
            FailureThreshold = failureThreshold ?? 3,
            SuccessThreshold = successThreshold ?? 1,
        });

        // Several probes may ask the same: as a health check that is one.
        return builder.Resource.Annotations.OfType<HealthCheckAnnotation>().Any(h => h.Key == HttpCheckKey(endpoint, path, 200))
            ? builder
            : builder.WithHttpHealthCheck(() => endpoint, path);
    }

    /// <summary>Adds a health check that asks over HTTP.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="endpointSelector">Gives the endpoint that is asked; by default the one called https, else http, else the first that speaks HTTP. It has to be there already.</param>
    /// <param name="path">What is asked for; the root by default.</param>
    /// <param name="statusCode">The answer that counts as healthy; 200 by default.</param>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, Func<EndpointReference>? endpointSelector, string? path = null, int? statusCode = null)
        where T : IResourceWithEndpoints
    {
        const string What = "HTTP health check";
        var endpoint = endpointSelector is null
            ? HttpEndpointOf(builder.Resource, null, What)
            : Web(endpointSelector() ?? throw new DistributedApplicationException($"Could not create {What} for resource '{builder.Resource.Name}' as the endpoint selector returned null."), What);
        var expected = statusCode ?? 200;
        var key = HttpCheckKey(endpoint, path, expected);
        builder.ApplicationBuilder.Services.AddHttpClient(HttpHealthCheck.ClientName);
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key,
            services => new HttpHealthCheck(services.GetRequiredService<IHttpClientFactory>(), endpoint, path ?? "/", expected),
            failureStatus: null,
            tags: null));
        return builder.WithHealthCheck(key);
    }

    private static EndpointAnnotation? EndpointOf(IResource resource, string name)
        => resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase));

    private static string HttpCheckKey(EndpointReference endpoint, string? path, int status) => $"{endpoint.Resource.Name}_{endpoint.EndpointName}_{path ?? "/"}_{status}_check";

    // Unnamed, it is the one called https before the one called http; others that speak HTTP only when there is neither.
    private static EndpointReference HttpEndpointOf(IResourceWithEndpoints resource, string? name, string what)
    {
        var endpoints = resource.GetEndpoints().ToList();
        var found = name is not null ? Named(name) : Named("https") ?? Named("http") ?? endpoints.Find(IsWeb);
        return found is null
            ? throw new DistributedApplicationException($"Could not create {what} for resource '{resource.Name}' as {(name is null ? "it has no HTTP endpoint" : $"it has no endpoint '{name}'")}.")
            : Web(found, what);

        EndpointReference? Named(string wanted) => endpoints.Find(e => string.Equals(e.EndpointName, wanted, StringComparison.OrdinalIgnoreCase));
    }

    private static EndpointReference Web(EndpointReference endpoint, string what)
        => IsWeb(endpoint)
            ? endpoint
            : throw new DistributedApplicationException($"Could not create {what} for resource '{endpoint.Resource.Name}' as the endpoint with name '{endpoint.EndpointName}' and scheme '{endpoint.Scheme}' is not an HTTP endpoint.");

    private static bool IsWeb(EndpointReference endpoint) => endpoint.Scheme is "http" or "https";
}
