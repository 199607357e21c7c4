using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting;

/// <summary>Adds processes.</summary>
public static class ExecutableResourceBuilderExtensions
{
    /// <summary>Adds a process.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="command">What is run: a path, or a name found on PATH.</param>
    /// <param name="workingDirectory">The folder it runs in; relative to the AppHost's.</param>
    /// <param name="args">Its arguments.</param>
    public static IResourceBuilder<ExecutableResource> AddExecutable(this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args)
        => builder.AddExecutable(name, command, workingDirectory, (object[]?)args);

    /// <summary>Adds a process.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="command">What is run: a path, or a name found on PATH.</param>
    /// <param name="workingDirectory">The folder it runs in; relative to the AppHost's.</param>
    /// <param name="args">Its arguments: texts, or values that may be known only later.</param>
    public static IResourceBuilder<ExecutableResource> AddExecutable(this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params object[]? args)
        => builder.AddResource(new ExecutableResource(name, command, Path.GetFullPath(workingDirectory, builder.AppHostDirectory)))
            .WithOtlpExporter()
            .WithArgs(args ?? []);

    /// <summary>Changes what is run.</summary>
    /// <typeparam name="T">The process's type.</typeparam>
    /// <param name="builder">The process.</param>
    /// <param name="command">A path, or a name found on PATH.</param>
    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string command)
        where T : ExecutableResource
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        builder.Resource.LastAnnotation<ExecutableAnnotation>().Command = command;
        return builder;
    }

    /// <summary>Changes the folder it runs in.</summary>
    /// <typeparam name="T">The process's type.</typeparam>
    /// <param name="builder">The process.</param>
    /// <param name="workingDirectory">The folder; relative to the AppHost's.</param>
    public static IResourceBuilder<T> WithWorkingDirectory<T>(this IResourceBuilder<T> builder, string workingDirectory)
        where T : ExecutableResource
    {
        ArgumentException.ThrowIfNullOrEmpty(workingDirectory);
        builder.Resource.LastAnnotation<ExecutableAnnotation>().WorkingDirectory = Path.GetFullPath(workingDirectory, builder.ApplicationBuilder.AppHostDirectory);
        return builder;
    }

    /// <summary>Publishes the process as a container built of the Dockerfile in its folder.</summary>
    /// <typeparam name="T">The process's type.</typeparam>
    /// <param name="builder">The process.</param>
    public static IResourceBuilder<T> PublishAsDockerFile<T>(this IResourceBuilder<T> builder)
        where T : ExecutableResource
        => builder.PublishAsDockerFile(configure: null);

    /// <summary>Publishes the process as a container built of the Dockerfile in its folder.</summary>
    /// <typeparam name="T">The process's type.</typeparam>
    /// <param name="builder">The process.</param>
    /// <param name="buildArgs">Arguments of the build.</param>
    [Obsolete("Give them with WithBuildArg in the callback of PublishAsDockerFile.")]
    public static IResourceBuilder<T> PublishAsDockerFile<T>(this IResourceBuilder<T> builder, IEnumerable<DockerBuildArg>? buildArgs)
        where T : ExecutableResource
        => builder.PublishAsDockerFile(container =>
        {
            foreach (var argument in buildArgs ?? [])
            {
                container.WithBuildArg(argument.Name, argument.Value);
            }
        });

    /// <summary>Publishes the process as a container built of the Dockerfile in its folder.</summary>
    /// <typeparam name="T">The process's type.</typeparam>
    /// <param name="builder">The process.</param>
    /// <param name="configure">Changes the container.</param>
    public static IResourceBuilder<T> PublishAsDockerFile<T>(this IResourceBuilder<T> builder, Action<IResourceBuilder<ContainerResource>>? configure)
        where T : ExecutableResource
    {
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            PublishedContainer.InPlaceOf(builder, builder.Resource.WorkingDirectory, configure);
        }

        return builder;
    }
}
