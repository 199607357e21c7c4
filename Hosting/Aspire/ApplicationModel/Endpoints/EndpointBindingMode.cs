namespace Aspire.Hosting.ApplicationModel;

/// <summary>The addresses an endpoint listens on.</summary>
public enum EndpointBindingMode
{
    /// <summary>One.</summary>
    SingleAddress = 0,

    /// <summary>All, IPv4 and IPv6.</summary>
    DualStackAnyAddresses = 1,

    /// <summary>All of IPv4.</summary>
    IPv4AnyAddresses = 2,

    /// <summary>All of IPv6.</summary>
    IPv6AnyAddresses = 3,
}
