using System.Net;
using System.Net.Sockets;

namespace XoeNovAi.Gateway.Clients;

/// <summary>Who sends a request, as far as the gateway can tell.</summary>
internal static class ClientIdentity
{
    /// <summary>The holder of the API key or the subject of the token; without a valid one, the address.</summary>
    public static string Of(HttpContext context) =>
        context.User.Identity is { IsAuthenticated: true, Name: { } name } identity
            ? $"{identity.AuthenticationType} {name}"
            : Network(context.Connection.RemoteIpAddress);

    // Whoever has one address of IPv6 has its whole /64.
    private static string Network(IPAddress? address)
    {
        if (address?.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address?.ToString() ?? "unknown";
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes).ToString();
    }
}
