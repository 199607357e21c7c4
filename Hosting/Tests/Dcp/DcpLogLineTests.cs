using Aspire.Hosting.Dcp.Client;

namespace XoeNovAi.Hosting.Tests.Dcp;

[TestClass]
public sealed class DcpLogLineTests
{
    [TestMethod]
    [DataRow("2026-11-23T06:58:46.314Z hello world", "hello world")]
    [DataRow("2026-11-23T06:58:46.314000001Z ", "")]
    [DataRow("2026-11-23T06:58:46.314000001Z 12026-11-23T06:58:46.314000002Z :signal (2026-11-23T06:58:46.314000003Z 17)", "1:signal (17)")]
    [DataRow("2026-11-23T06:58:46.314000001Z at 2026-11-23T06:58:46.313999000Z it was", "at 2026-11-23T06:58:46.313999000Z it was")]
    [DataRow("2026-11-23T06:58:47.172Z\tinfo\tContainerReconciler", "info\tContainerReconciler")]
    public void Time_is_split_off_and_stamps_of_pieces_are_removed(string line, string text)
    {
        var parsed = DcpLogLine.Parse(line);

        Assert.IsNotNull(parsed.Timestamp);
        Assert.AreEqual(text, parsed.Text);
    }

    [TestMethod]
    [DataRow("failed to connect to syslog: Initialization")]
    [DataRow("")]
    public void Line_without_time_is_text(string line) => Assert.AreEqual(new DcpLogLine(null, line), DcpLogLine.Parse(line));
}
