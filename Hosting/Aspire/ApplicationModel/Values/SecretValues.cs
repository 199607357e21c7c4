namespace Aspire.Hosting.ApplicationModel;

/// <summary>Finds out whether a value is, or is made of, a secret.</summary>
internal static class SecretValues
{
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
