namespace XoeNovAi.Hosting.Podman.Containers;

/// <summary>Finds out whether a value is, or is made of, a secret.</summary>
internal static class SecretValues
{
    // The key of the dashboard's telemetry endpoint comes as plain text.
    private static readonly string[] SecretNames = ["OTEL_EXPORTER_OTLP_HEADERS"];

    public static bool IsSecret(string name, object? value) => SecretNames.Contains(name, StringComparer.Ordinal) || IsSecret(value);

    public static bool IsSecret(object? value)
        => value switch
        {
            ParameterResource parameter => parameter.Secret,

            // An address refers to its resource, whose connection string may refer to the address again.
            EndpointReference or EndpointReferenceExpression => false,
            IResourceBuilder<IResource> builder => IsSecret(builder.Resource),
            IValueWithReferences composed => composed.References.Any(IsSecret),
            _ => false,
        };
}
