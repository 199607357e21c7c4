namespace XoeNovAi.AppHost.Services;

/// <summary>What the contract says of PostgreSQL.</summary>
internal static class PostgresTuning
{
    public static IResourceBuilder<PostgresServerResource> WithStackTuning(this IResourceBuilder<PostgresServerResource> builder)
        => builder
            .WithArgs("-c", "max_connections=20")
            .WithAnnotation(new Hosting.Podman.Hardening.ContainerHardening { User = "999:999" }, ResourceAnnotationMutationBehavior.Replace)

            // Arguments of initdb would forbid the image's prepared cluster; scram is its default anyway.
            .WithEnvironment("POSTGRES_INITDB_ARGS", string.Empty);
}
