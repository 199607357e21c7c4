namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>Records of a name server, as dig prints them: name, TTL, class, type and data.</summary>
internal sealed class DnsAnswers(IReadOnlyList<string[]> records)
{
    public static DnsAnswers Parse(string text)
        => new([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static l => l[0] != ';').Select(static l => l.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))]);

    /// <summary>The addresses of a name.</summary>
    public IEnumerable<string> AddressesOf(string name) => Of(name, "A").Select(static r => r[4]).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Where a service's instances are: each port with the address that comes with the answer.</summary>
    public IEnumerable<string> EndPointsOf(string name)
        => Of(name, "SRV").SelectMany(r => Of(r[7].TrimEnd('.'), "A").Select(a => $"{a[4]}:{r[6]}")).Distinct().Order(StringComparer.Ordinal);

    private IEnumerable<string[]> Of(string name, string type) => records.Where(r => r[0] == $"{name}." && r[3] == type);
}
