namespace Aspire.Hosting.Dcp.Client;

/// <summary>When an image is pulled.</summary>
internal static class DcpPullPolicy
{
    public const string Always = "always";
    public const string Missing = "missing";
    public const string Never = "never";
}
