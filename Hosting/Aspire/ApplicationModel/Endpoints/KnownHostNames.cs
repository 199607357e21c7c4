namespace Aspire.Hosting.ApplicationModel;

/// <summary>Host names with a meaning.</summary>
public static class KnownHostNames
{
    /// <summary>The host, for itself.</summary>
    public const string Localhost = "localhost";

    /// <summary>The host's bridge in Docker Desktop.</summary>
    public const string DockerDesktopHostBridge = "host.docker.internal";

    /// <summary>The tunnel, seen from containers: behind it are chosen services of the host.</summary>
    public const string DefaultContainerTunnelHostName = "aspire.dev.internal";
}
