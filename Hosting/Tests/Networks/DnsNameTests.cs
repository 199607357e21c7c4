using System.Globalization;
using System.Text;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.Hosting.Tests.Networks;

/// <summary>The matches by which nftables knows a question for a name of one's own, tried on questions as they are sent.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class DnsNameTests
{
    [TestMethod]
    [DataRow("postgres", true)]
    [DataRow("a", true)]
    [DataRow("redis.dns.podman", true)]
    [DataRow("example.org", false)]
    [DataRow("postgres.example.org", false)]
    [DataRow("dns.podman.example.org", false)]
    public void Names_of_one_label_and_of_podmans_own_domain_are_local(string name, bool local)
        => Assert.AreEqual(local, DnsName.LocalNames().Any(m => Matches(m, QuestionFor(name))));

    [TestMethod]
    public void The_longest_label_is_local_too() => Assert.IsTrue(DnsName.LocalNames().Any(m => Matches(m, QuestionFor(new('x', 63)))));

    [TestMethod]
    [DataRow("rag.dev.internal", "rag.dev.internal", true)]
    [DataRow("rag.dev.internal", "rag.dev.internal.example.org", false)]
    [DataRow("rag.dev.internal", "rag.dev.interna", false)]
    [DataRow("a-name-that-takes-more-than-one-comparison.dev.internal", "a-name-that-takes-more-than-one-comparison.dev.internal", true)]
    [DataRow("a-name-that-takes-more-than-one-comparison.dev.internal", "a-name-that-takes-more-than-one-comparison.dev.external", false)]
    public void A_name_with_dots_is_matched_as_a_whole(string matched, string asked, bool same)
        => Assert.AreEqual(same, Matches(DnsName.Exactly(matched), QuestionFor(asked)));

    // A UDP header and that of a question, of which nothing is looked at, and the name with type and class.
    private static byte[] QuestionFor(string name)
        => [.. new byte[20], .. name.Split('.').SelectMany(static l => (byte[])[(byte)l.Length, .. Encoding.ASCII.GetBytes(l)]), 0, 0, 1, 0, 1, .. new byte[80]];

    private static bool Matches(string match, byte[] packet)
    {
        var words = match.Split(' ');
        return words.Chunk(2).All(pair =>
        {
            var place = pair[0].Split(',');
            var (offset, length) = (int.Parse(place[1], CultureInfo.InvariantCulture) / 8, int.Parse(place[2], CultureInfo.InvariantCulture) / 8);
            var wanted = pair[1].StartsWith("0x", StringComparison.Ordinal) ? Convert.FromHexString(pair[1][2..]) : [byte.Parse(pair[1], CultureInfo.InvariantCulture)];
            return place[0] == "@th" && packet.AsSpan(offset, length).SequenceEqual(wanted);
        });
    }
}
