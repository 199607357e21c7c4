namespace Aspire.Hosting.Dcp.Client;

/// <summary>When the runtime restarts a container by itself.</summary>
internal static class DcpRestartPolicy
{
    public const string None = "no";
    public const string OnFailure = "on-failure";
    public const string UnlessStopped = "unless-stopped";
    public const string Always = "always";
}
