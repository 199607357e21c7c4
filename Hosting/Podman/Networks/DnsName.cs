using System.Globalization;
using System.Text;

namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>Names in questions to a name server, as matches of nftables: it sees the packet's bytes.</summary>
internal static class DnsName
{
    private const int LongestLabel = 63;

    // After the UDP header and that of the question, in bytes.
    private const int Start = 8 + 12;

    // More than this cannot be compared at once.
    private const int Chunk = 16;

    // What aardvark-dns takes for its own, whatever comes before it.
    private const string OwnDomain = "dns.podman";

    /// <summary>Matches every name of one label, and those in aardvark's own domain: what it does not know of these it does not pass on.</summary>
    public static IEnumerable<string> LocalNames()
        => Enumerable.Range(1, LongestLabel).SelectMany(static length => (string[])
        [
            $"@th,{Start * 8},8 {length} {At(Start + 1 + length, [0])}",
            $"@th,{Start * 8},8 {length} {At(Start + 1 + length, Encode(OwnDomain))}",
        ]);

    /// <summary>Matches one name.</summary>
    public static string Exactly(string name) => At(Start, Encode(name));

    private static byte[] Encode(string name)
        => [.. name.Split('.').SelectMany(static label => (byte[])[checked((byte)label.Length), .. Encoding.ASCII.GetBytes(label)]), 0];

    private static string At(int offset, byte[] bytes)
        => string.Join(' ', bytes.Chunk(Chunk).Select((chunk, i) => string.Create(CultureInfo.InvariantCulture, $"@th,{(offset + (i * Chunk)) * 8},{chunk.Length * 8} 0x{Convert.ToHexStringLower(chunk)}")));
}
