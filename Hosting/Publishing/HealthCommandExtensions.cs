namespace XoeNovAi.Hosting.Publishing;

/// <summary>Says how a container's health is asked for from inside.</summary>
public static class HealthCommandExtensions
{
    /// <summary>
    /// Names a command in the container that fails when it is not well. Podman and compose know no other way: they cannot ask over HTTP.
    /// It has no part in <c>dotnet run</c>, where Aspire's health checks ask.
    /// </summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <param name="builder">The container.</param>
    /// <param name="command">The program and its arguments.</param>
    public static IResourceBuilder<T> WithHealthCommand<T>(this IResourceBuilder<T> builder, params string[] command)
        where T : ContainerResource
        => builder.WithAnnotation(new HealthCommandAnnotation(command), ResourceAnnotationMutationBehavior.Replace);
}

/// <summary>The command that tells a container's health.</summary>
/// <param name="Command">The program and its arguments.</param>
internal sealed record HealthCommandAnnotation(IReadOnlyList<string> Command) : IResourceAnnotation;
