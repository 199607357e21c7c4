namespace Aspire.Hosting.ApplicationModel;

/// <summary>The forms in which a resource is given its references.</summary>
#pragma warning disable CA1711 // The name is Aspire's.
[Flags]
public enum ReferenceEnvironmentInjectionFlags
#pragma warning restore CA1711
{
    /// <summary>In none.</summary>
    None = 0,

    /// <summary>As <c>ConnectionStrings__{name}</c>.</summary>
    ConnectionString = 1,

    /// <summary>As <c>{NAME}_{PROPERTY}</c>, one by one.</summary>
    ConnectionProperties = 2,

    /// <summary>As <c>services__{name}__{endpoint}__{index}</c>.</summary>
    ServiceDiscovery = 4,

    /// <summary>As <c>{NAME}_{ENDPOINT}</c>.</summary>
    Endpoints = 8,

    /// <summary>In all.</summary>
    All = ConnectionString | ConnectionProperties | ServiceDiscovery | Endpoints,
}
