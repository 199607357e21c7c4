using System.Net;
using System.Net.Sockets;
using System.Text;

namespace XoeNovAi.Consul.Discovery;

/// <summary>Tells whether a text is the name or the address of one host.</summary>
internal static class HostName
{
    private const byte FirstMulticast = 224;

    /// <returns>The host, an IPv6 address without brackets; null when it is none, or not one that can be called from here.</returns>
    public static string? Normalize(string? text)
    {
        if (string.IsNullOrEmpty(text) || !Ascii.IsValid(text) || text.Contains('%', StringComparison.Ordinal))
        {
            return null;
        }

        return Uri.CheckHostName(text) switch
        {
            UriHostNameType.Dns => text,
            UriHostNameType.IPv4 or UriHostNameType.IPv6 when IPAddress.TryParse(text, out var address) && IsOfOne(address) => text.Trim('[', ']'),
            _ => null,
        };
    }

    // Not the address that means every one of this machine's, and no group's.
    private static bool IsOfOne(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.GetAddressBytes()[0] is > 0 and < FirstMulticast
        : !address.IsIPv6Multicast && !address.Equals(IPAddress.IPv6Any) && (!address.IsIPv4MappedToIPv6 || IsOfOne(address.MapToIPv4()));
}
