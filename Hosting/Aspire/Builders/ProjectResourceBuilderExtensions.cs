using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting;

/// <summary>Adds .NET projects.</summary>
public static class ProjectResourceBuilderExtensions
{
    private static readonly string[] WebSchemes = ["http", "https"];

    /// <summary>Adds a project that the AppHost references.</summary>
    /// <typeparam name="TProject">Its class in <c>Projects</c>.</typeparam>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
        => builder.AddProject<TProject>(name, static _ => { });

    /// <summary>Adds a project that the AppHost references.</summary>
    /// <typeparam name="TProject">Its class in <c>Projects</c>.</typeparam>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="launchProfileName">The launch profile; null for none.</param>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name, string? launchProfileName)
        where TProject : IProjectMetadata, new()
        => builder.AddProject<TProject>(name, options =>
        {
            options.LaunchProfileName = launchProfileName;
            options.ExcludeLaunchProfile = launchProfileName is null;
        });

    /// <summary>Adds a project that the AppHost references.</summary>
    /// <typeparam name="TProject">Its class in <c>Projects</c>.</typeparam>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="configure">Says how.</param>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name, Action<ProjectResourceOptions> configure)
        where TProject : IProjectMetadata, new()
        => Add(builder, name, new TProject(), configure);

    /// <summary>Adds a project by its path.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="projectPath">The project file; relative to the AppHost's folder.</param>
    /// <param name="launchProfileName">The launch profile; null for none.</param>
    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath, string? launchProfileName)
        => builder.AddProject(name, projectPath, options =>
        {
            options.LaunchProfileName = launchProfileName;
            options.ExcludeLaunchProfile = launchProfileName is null;
        });

    /// <summary>Adds a project by its path.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="projectPath">The project file; relative to the AppHost's folder.</param>
    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath)
        => builder.AddProject(name, projectPath, static _ => { });

    /// <summary>Adds a project by its path.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="projectPath">The project file; relative to the AppHost's folder.</param>
    /// <param name="configure">Says how.</param>
    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath, Action<ProjectResourceOptions> configure)
        => Add(builder, name, new ProjectMetadata(Path.GetFullPath(projectPath, builder.AppHostDirectory)), configure);

    /// <summary>Runs the project several times.</summary>
    /// <param name="builder">The project.</param>
    /// <param name="replicas">How many times.</param>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>Says that the published project does not take X-Forwarded-* headers at their word.</summary>
    /// <param name="builder">The project.</param>
    public static IResourceBuilder<ProjectResource> DisableForwardedHeaders(this IResourceBuilder<ProjectResource> builder)
        => builder.WithAnnotation(new DisableForwardedHeadersAnnotation(), ResourceAnnotationMutationBehavior.Replace);

    /// <summary>Says which endpoints the project is told to listen on.</summary>
    /// <param name="builder">The project.</param>
    /// <param name="filter">Says so of each.</param>
    public static IResourceBuilder<ProjectResource> WithEndpointsInEnvironment(this IResourceBuilder<ProjectResource> builder, Func<EndpointAnnotation, bool> filter)
        => builder.WithAnnotation(new EndpointFilterAnnotation(filter));

    /// <summary>Publishes the project as a container built of the Dockerfile in its folder.</summary>
    /// <typeparam name="T">The project's type.</typeparam>
    /// <param name="builder">The project.</param>
    /// <param name="configure">Changes the container.</param>
    public static IResourceBuilder<T> PublishAsDockerFile<T>(this IResourceBuilder<T> builder, Action<IResourceBuilder<ContainerResource>>? configure = null)
        where T : ProjectResource
    {
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            PublishedContainer.InPlaceOf((IResourceBuilder<IResource>)builder, Path.GetDirectoryName(builder.Resource.GetProjectMetadata().ProjectPath)!, configure);
        }

        return builder;
    }

    private static IResourceBuilder<ProjectResource> Add(IDistributedApplicationBuilder builder, string name, IProjectMetadata metadata, Action<ProjectResourceOptions> configure)
    {
        var options = new ProjectResourceOptions();
        configure(options);
        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation(metadata).WithOtlpExporter();
        project.WithEnvironment(context =>
        {
            context.EnvironmentVariables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
            if (context.ExecutionContext.IsRunMode)
            {
                context.EnvironmentVariables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
            }
            else if (project.Resource.GetEndpoints().Any() && !project.Resource.HasAnnotationOfType<DisableForwardedHeadersAnnotation>())
            {
                context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
            }
        });
        if (options.ExcludeLaunchProfile)
        {
            project.WithAnnotation(new ExcludeLaunchProfileAnnotation());
        }
        else if (!string.IsNullOrEmpty(options.LaunchProfileName))
        {
            project.WithAnnotation(new LaunchProfileAnnotation(options.LaunchProfileName));
        }
        else if (AppHostProfileOf(builder.Configuration) is { } own)
        {
            project.WithAnnotation(new DefaultLaunchProfileAnnotation(own));
        }

        var profile = LaunchSettingsReader.Read(metadata, options, AppHostProfileOf(builder.Configuration));
        if (builder.ExecutionContext.IsPublishMode)
        {
            return project.AddPublished(profile);
        }

        if (profile is not null)
        {
            project.AddEndpointsOf(profile);
            if (!string.IsNullOrWhiteSpace(profile.CommandLineArgs))
            {
                project.WithArgs([.. CommandLine.Split(profile.CommandLineArgs)]);
            }

            if (Uri.TryCreate(profile.LaunchUrl, UriKind.RelativeOrAbsolute, out var launchUrl))
            {
                project.WithUrls(context => ShowAt(launchUrl, context.Urls));
            }

            project.WithEnvironment(context =>
            {
                foreach (var (key, value) in profile.EnvironmentVariables)
                {
                    context.EnvironmentVariables.TryAdd(key, Environment.ExpandEnvironmentVariables(value));
                }
            });
        }

        return project.WithEnvironment(context =>
        {
            var urls = project.Resource.GetEndpoints().Where(e => e.Scheme is "http" or "https" && project.Resource.IsListenedOn(e.EndpointAnnotation))
                .Select(static e => ReferenceExpression.Create($"{e.Property(EndpointProperty.Scheme)}://{e.EndpointAnnotation.TargetHost}:{e.Property(EndpointProperty.TargetPort)}"))
                .ToList();
            if (project.Resource.GetEndpoints().FirstOrDefault(e => e.IsHttps && project.Resource.IsListenedOn(e.EndpointAnnotation)) is { } encrypted)
            {
                // What redirects to HTTPS is to name the port others use, and not the one behind the proxy.
                context.EnvironmentVariables["ASPNETCORE_HTTPS_PORT"] = encrypted.Property(EndpointProperty.Port);
            }

            if (urls.Count > 0)
            {
                var all = new ReferenceExpressionBuilder();
                foreach (var url in urls)
                {
                    all.AppendLiteral(all.IsEmpty ? string.Empty : ";");
                    all.AppendFormatted(url);
                }

                context.EnvironmentVariables["ASPNETCORE_URLS"] = all.Build();
            }
        });
    }

    private static string? AppHostProfileOf(IConfiguration configuration)
        => (configuration["AppHost:DefaultLaunchProfileName"] ?? configuration["DOTNET_LAUNCH_PROFILE"]) is { Length: > 0 } name ? name : null;

    private static void AddEndpointsOf(this IResourceBuilder<ProjectResource> project, LaunchProfile profile)
    {
        var counted = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var url in (profile.ApplicationUrl ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // No Uri: a host may be a wildcard.
            var address = BindingAddress.Parse(url);
            var count = counted[address.Scheme] = counted.GetValueOrDefault(address.Scheme) + 1;
            project.WithEndpoint(count == 1 ? address.Scheme : $"{address.Scheme}{count.ToString(CultureInfo.InvariantCulture)}", endpoint =>
            {
                endpoint.Port = address.Port;
                endpoint.TargetHost = address.Host;
                endpoint.UriScheme = address.Scheme;
                endpoint.Transport = "http";
                endpoint.IsOfLaunchProfile = true;
            });
        }
    }

    private static void ShowAt(Uri launchUrl, List<ResourceUrlAnnotation> urls)
    {
        foreach (var url in urls.Where(static u => u.Endpoint is { EndpointAnnotation.IsOfLaunchProfile: true }))
        {
            url.Url = launchUrl.IsAbsoluteUri ? launchUrl.ToString() : new Uri(new Uri(url.Url), launchUrl).ToString();
        }
    }

    private static bool IsListenedOn(this ProjectResource project, EndpointAnnotation endpoint)
        => project.Annotations.OfType<EndpointFilterAnnotation>().All(f => f.Filter(endpoint));

    // Where it is published, ports of the launch profile mean nothing: only that it serves the web does.
    private static IResourceBuilder<ProjectResource> AddPublished(this IResourceBuilder<ProjectResource> project, LaunchProfile? profile)
    {
        project.WithEnvironment(context =>
        {
            foreach (var scheme in WebSchemes)
            {
                var ports = project.Resource.GetEndpoints().Where(e => e.Scheme == scheme && e.EndpointName != "https" && project.Resource.IsListenedOn(e.EndpointAnnotation)).ToList();
                if (ports.Count == 0)
                {
                    continue;
                }

                var all = new ReferenceExpressionBuilder();
                foreach (var endpoint in ports)
                {
                    all.AppendLiteral(all.IsEmpty ? string.Empty : ";");
                    all.AppendFormatted(endpoint.Property(EndpointProperty.TargetPort));
                }

                context.EnvironmentVariables[$"{scheme.ToUpperInvariant()}_PORTS"] = all.Build();
            }
        });
        if (profile?.ApplicationUrl is { Length: > 0 })
        {
            foreach (var scheme in WebSchemes)
            {
                project.WithEndpoint(scheme, endpoint =>
                {
                    endpoint.UriScheme = scheme;
                    endpoint.Transport = "http";
                });
            }
        }

        return project;
    }
}
