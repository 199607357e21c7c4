using System.Reflection;

namespace Aspire.Hosting;

/// <summary>How an application is built.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>The command line.</summary>
    public string[]? Args { get; set; }

    /// <summary>The AppHost's assembly; the entry assembly by default.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>The AppHost's folder; by default the one its build recorded.</summary>
    public string? ProjectDirectory { get; set; }

    /// <summary>The name the dashboard shows; the AppHost's by default.</summary>
    public string? DashboardApplicationName { get; set; }

    /// <summary>Whether there is no dashboard.</summary>
    public bool DisableDashboard { get; set; }

    /// <summary>Whether the dashboard may be served without TLS; loopback only in either case.</summary>
    public bool AllowUnsecuredTransport { get; set; }

    /// <summary>A registry in place of the ones the images name.</summary>
    public string? ContainerRegistryOverride { get; set; }

    /// <summary>Whether resources trust the developer's certificate. Nothing here makes one; a resource is given its own.</summary>
    public bool? TrustDeveloperCertificate { get; set; }

    /// <summary>Whether resources serve TLS with the developer's certificate. Nothing here makes one; a resource is given its own.</summary>
    public bool? DeveloperCertificateDefaultHttpsTerminationEnabled { get; set; }

    /// <summary>Whether the resources' logs go to the AppHost's log too.</summary>
    public bool EnableResourceLogging { get; set; }

    internal Assembly? Assembly
        => AssemblyName is { } name
            ? AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(a => a.GetName().Name == name) ?? Assembly.Load(name)
            : Assembly.GetEntryAssembly();
}
