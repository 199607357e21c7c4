using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using XoeNovAi.Consul.Registration;

namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>Turns a value of <c>Discovery:Addresses</c> into the address others call.</summary>
internal static class AddressResolver
{
    /// <param name="view">The view the value belongs to, for messages.</param>
    /// <param name="value"><c>host:port</c>, or subnets such as <c>10.89.0.0/24,10.89.1.0/24</c> in one of which this machine has an address.</param>
    /// <param name="port">The port to go with an own address.</param>
    /// <param name="own">The addresses of this machine.</param>
    public static ServiceAddress Resolve(string view, string value, int port, IReadOnlyCollection<IPAddress> own)
    {
        var key = $"{DiscoveryOptions.Section}:Addresses:{view}";
        if (!value.Contains('/', StringComparison.Ordinal))
        {
            return ParseHostAndPort(key, value);
        }

        if (port is < 1 or > ushort.MaxValue)
        {
            throw new InvalidOperationException(
                $"{key} is a subnet, so {DiscoveryOptions.Section}:Port must say where the service listens; it is {port}. Set it to the port of this service, e.g. 8012.");
        }

        foreach (var text in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IPNetwork.TryParse(text, out var network))
            {
                throw new InvalidOperationException($"{key} holds '{text}', which is no subnet. Write it like 10.89.0.0/24, with no bit set behind the prefix.");
            }

            if (own.FirstOrDefault(network.Contains) is { } address)
            {
                return new ServiceAddress(address.ToString(), port);
            }
        }

        throw new InvalidOperationException(
            $"{key}: none of this machine's addresses ({string.Join(", ", own)}) lies in {value}. Connect it to that network, or give its address as host:port.");
    }

    public static IReadOnlyCollection<IPAddress> OwnAddresses() =>
        [.. NetworkInterface.GetAllNetworkInterfaces()
            .Where(candidate => candidate.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(candidate => candidate.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork || !address.IsIPv6LinkLocal)];

    private static ServiceAddress ParseHostAndPort(string key, string value)
    {
        var colon = value.LastIndexOf(':');
        if (colon > 0
            && int.TryParse(value.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= ushort.MaxValue)
        {
            return new ServiceAddress(value[..colon].Trim('[', ']'), port);
        }

        throw new InvalidOperationException($"{key} is '{value}'. Write host:port, e.g. 127.0.0.1:8012, or a subnet, e.g. 10.89.0.0/24.");
    }
}
