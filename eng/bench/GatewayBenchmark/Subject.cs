using System.Net;

namespace XoeNovAi.GatewayBenchmark;

/// <summary>What is measured: the backend itself, or a gateway in front of it.</summary>
/// <param name="Name">What it is called in the report.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Process">Its process, when there is one whose memory and time are to be read.</param>
internal sealed record Subject(string Name, DnsEndPoint Address, int? Process)
{
    /// <summary>Reads <c>NAME=HOST:PORT</c> or <c>NAME=HOST:PORT,PROCESS</c>.</summary>
    /// <exception cref="FormatException">It is written otherwise.</exception>
    public static Subject Parse(string text)
    {
        if (text.Split('=', ':', ',') is [{ Length: > 0 } name, { Length: > 0 } host, var port, .. var process] && process.Length <= 1
            && ushort.TryParse(port, out var number))
        {
            return new Subject(name, new DnsEndPoint(host, number), process is [var id] ? int.Parse(id, System.Globalization.CultureInfo.InvariantCulture) : null);
        }

        throw new FormatException($"'{text}' is no subject; one is written NAME=HOST:PORT or NAME=HOST:PORT,PROCESS.");
    }
}
