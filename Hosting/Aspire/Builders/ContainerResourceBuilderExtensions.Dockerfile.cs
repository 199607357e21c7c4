using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ContainerResourceBuilderExtensions
{
    private const string DefaultDockerfile = "Dockerfile";

    /// <summary>Adds a container whose image is built of a Dockerfile.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="contextPath">The folder the build sees; relative to the AppHost's.</param>
    /// <param name="dockerfilePath">The Dockerfile, relative to that folder; <c>Dockerfile</c> by default.</param>
    /// <param name="stage">The stage that is built; the last by default.</param>
    public static IResourceBuilder<ContainerResource> AddDockerfile(this IDistributedApplicationBuilder builder, string name, string contextPath, string? dockerfilePath = null, string? stage = null)
        => builder.AddResource(new ContainerResource(name)).WithDockerfile(contextPath, dockerfilePath, stage);

    /// <summary>Adds a container whose image is built of a Dockerfile that is written when it is needed.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="contextPath">The folder the build sees; relative to the AppHost's.</param>
    /// <param name="dockerfileFactory">Writes the Dockerfile.</param>
    /// <param name="stage">The stage that is built; the last by default.</param>
    public static IResourceBuilder<ContainerResource> AddDockerfileFactory(this IDistributedApplicationBuilder builder, string name, string contextPath, Func<DockerfileFactoryContext, string> dockerfileFactory, string? stage = null)
        => builder.AddDockerfileFactory(name, contextPath, context => Task.FromResult(dockerfileFactory(context)), stage);

    /// <summary>Adds a container whose image is built of a Dockerfile that is written when it is needed.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="contextPath">The folder the build sees; relative to the AppHost's.</param>
    /// <param name="dockerfileFactory">Writes the Dockerfile.</param>
    /// <param name="stage">The stage that is built; the last by default.</param>
    public static IResourceBuilder<ContainerResource> AddDockerfileFactory(this IDistributedApplicationBuilder builder, string name, string contextPath, Func<DockerfileFactoryContext, Task<string>> dockerfileFactory, string? stage = null)
        => builder.AddResource(new ContainerResource(name)).WithDockerfileFactory(contextPath, dockerfileFactory, stage);

    /// <summary>Builds the container's image of a Dockerfile.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="contextPath">The folder the build sees; relative to the AppHost's.</param>
    /// <param name="dockerfilePath">The Dockerfile, relative to that folder; <c>Dockerfile</c> by default.</param>
    /// <param name="stage">The stage that is built; the last by default.</param>
    public static IResourceBuilder<T> WithDockerfile<T>(this IResourceBuilder<T> builder, string contextPath, string? dockerfilePath = null, string? stage = null)
        where T : ContainerResource
    {
        var context = ContextOf(builder, contextPath);
        return builder.WithBuild(new DockerfileBuildAnnotation(context, Path.GetFullPath(dockerfilePath ?? DefaultDockerfile, context), stage));
    }

    /// <summary>Builds the container's image of a Dockerfile that is written when it is needed.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="contextPath">The folder the build sees; relative to the AppHost's.</param>
    /// <param name="dockerfileFactory">Writes the Dockerfile.</param>
    /// <param name="stage">The stage that is built; the last by default.</param>
    public static IResourceBuilder<T> WithDockerfileFactory<T>(this IResourceBuilder<T> builder, string contextPath, Func<DockerfileFactoryContext, string> dockerfileFactory, string? stage = null)
        where T : ContainerResource
        => builder.WithDockerfileFactory(contextPath, context => Task.FromResult(dockerfileFactory(context)), stage);

    /// <summary>Builds the container's image of a Dockerfile that is written when it is needed.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="contextPath">The folder the build sees; relative to the AppHost's.</param>
    /// <param name="dockerfileFactory">Writes the Dockerfile.</param>
    /// <param name="stage">The stage that is built; the last by default.</param>
    public static IResourceBuilder<T> WithDockerfileFactory<T>(this IResourceBuilder<T> builder, string contextPath, Func<DockerfileFactoryContext, Task<string>> dockerfileFactory, string? stage = null)
        where T : ContainerResource
        => builder.WithBuild(new DockerfileBuildAnnotation(ContextOf(builder, contextPath), Path.Combine(Path.GetTempPath(), $"aspire-{builder.Resource.Name}-{Guid.NewGuid():n}.Dockerfile"), stage) { DockerfileFactory = dockerfileFactory });

    /// <summary>Gives the build an argument.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="name">The argument.</param>
    /// <param name="value">Its value; null takes it from the environment of the build.</param>
    public static IResourceBuilder<T> WithBuildArg<T>(this IResourceBuilder<T> builder, string name, object? value)
        where T : ContainerResource
    {
        BuildOf(builder, nameof(WithBuildArg)).BuildArguments[name] = value;
        return builder;
    }

    /// <summary>Gives the build an argument.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="name">The argument.</param>
    /// <param name="value">Its value, which is no secret: arguments stay in the image.</param>
    public static IResourceBuilder<T> WithBuildArg<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> value)
        where T : ContainerResource
        => value.Resource.Secret
            ? throw new InvalidOperationException($"The secret '{value.Resource.Name}' would stay in the image of '{builder.Resource.Name}' as its build argument '{name}'. Give it with {nameof(WithBuildSecret)}.")
            : builder.WithBuildArg(name, (object?)value.Resource);

    /// <summary>Gives the build a secret, which does not stay in the image.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="name">The secret.</param>
    /// <param name="value">Its value.</param>
    public static IResourceBuilder<T> WithBuildSecret<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> value)
        where T : ContainerResource
    {
        BuildOf(builder, nameof(WithBuildSecret)).BuildSecrets[name] = value.Resource;
        return builder;
    }

    /// <summary>Says how long the container lives.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="lifetime">How long.</param>
    public static IResourceBuilder<T> WithLifetime<T>(this IResourceBuilder<T> builder, ContainerLifetime lifetime)
        where T : ContainerResource
        => builder.WithAnnotation(new ContainerLifetimeAnnotation { Lifetime = lifetime }, ResourceAnnotationMutationBehavior.Replace);

    /// <summary>Says whether a proxy may stand before the container's endpoints.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="proxyEnabled">Whether it may.</param>
    public static IResourceBuilder<T> WithEndpointProxySupport<T>(this IResourceBuilder<T> builder, bool proxyEnabled)
        where T : ContainerResource
        => builder.WithAnnotation(new ProxySupportAnnotation { ProxyEnabled = proxyEnabled }, ResourceAnnotationMutationBehavior.Replace);

    /// <summary>Publishes the resource as a plain container, whatever its type would be published as.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    public static IResourceBuilder<T> PublishAsContainer<T>(this IResourceBuilder<T> builder)
        where T : ContainerResource
        => builder.WithManifestPublishingCallback(context => context.WriteContainerAsync(builder.Resource));

    /// <summary>Puts a file or folder of the host into the container before it starts.</summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource.</param>
    /// <param name="destinationPath">The folder it goes into; it must exist in the image.</param>
    /// <param name="sourcePath">The file or folder; relative to the AppHost's.</param>
    /// <param name="defaultOwner">The owner's id; root by default.</param>
    /// <param name="defaultGroup">The group's id; root by default.</param>
    /// <param name="umask">The umask; 022 by default.</param>
    public static IResourceBuilder<T> WithContainerFiles<T>(this IResourceBuilder<T> builder, string destinationPath, string sourcePath, int? defaultOwner = null, int? defaultGroup = null, UnixFileMode? umask = null)
        where T : ContainerResource
    {
        var source = Path.GetFullPath(sourcePath, builder.ApplicationBuilder.AppHostDirectory);
        return !Directory.Exists(source) && !File.Exists(source)
            ? throw new InvalidOperationException($"'{source}', which is to go into the container '{builder.Resource.Name}', does not exist.")
            : builder.ApplicationBuilder.ExecutionContext.IsPublishMode
                ? builder.WithBindMount(source, destinationPath, isReadOnly: true)
                : builder.WithContainerFiles(destinationPath, (_, _) => Task.FromResult(ContainerDirectory.GetFileSystemItemsFromPath(source, searchOptions: SearchOption.AllDirectories)), defaultOwner, defaultGroup, umask);
    }

    private static IResourceBuilder<T> WithBuild<T>(this IResourceBuilder<T> builder, DockerfileBuildAnnotation build)
        where T : ContainerResource
    {
        // One image per resource of an AppHost: the same name and tag in the next run, and in no other AppHost.
        var name = builder.Resource.Name.ToLowerInvariant();
        var tag = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{builder.ApplicationBuilder.AppHostDirectory}/{name}")))[..16];
        build.ImageName = name;
        build.ImageTag = tag;
        builder.WithAnnotation(build, ResourceAnnotationMutationBehavior.Replace);
        return builder.Resource.HasAnnotationOfType<ContainerImageAnnotation>() ? builder : builder.WithImage(name).WithImageTag(tag);
    }

    private static string ContextOf<T>(IResourceBuilder<T> builder, string contextPath)
        where T : ContainerResource
    {
        ArgumentException.ThrowIfNullOrEmpty(contextPath);
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(contextPath, builder.ApplicationBuilder.AppHostDirectory));
    }

    private static DockerfileBuildAnnotation BuildOf<T>(IResourceBuilder<T> builder, string caller)
        where T : ContainerResource
        => builder.Resource.TryGetLastAnnotation<DockerfileBuildAnnotation>(out var build)
            ? build
            : throw new InvalidOperationException($"The image of '{builder.Resource.Name}' is not built. Call WithDockerfile before {caller}.");
}
