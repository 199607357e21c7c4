using System.Globalization;
using System.Net;

namespace XoeNovAi.Prober;

/// <summary>What is knocked at.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port; 0 with ICMP.</param>
/// <param name="Protocol">What is sent to it.</param>
internal sealed record Target(IPAddress Address, int Port, Protocol Protocol)
{
    /// <summary>Reads <c>address port protocol</c>.</summary>
    public static Target Parse(string line)
    {
        var words = line.Split(' ');
        return new(IPAddress.Parse(words[0]), int.Parse(words[1], CultureInfo.InvariantCulture), Enum.Parse<Protocol>(words[2], ignoreCase: true));
    }
}
