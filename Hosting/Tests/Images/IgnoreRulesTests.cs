using XoeNovAi.Hosting.Podman.Images;

namespace XoeNovAi.Hosting.Tests.Images;

[TestClass]
[TestCategory("Quick")]
public sealed class IgnoreRulesTests
{
    [TestMethod]
    [DataRow("bin", "bin/tool", true)]
    [DataRow("bin", "src/bin/tool", false)]
    [DataRow("**/bin", "src/bin/tool", true)]
    [DataRow("**/bin", "bin", true)]
    [DataRow("/bin/", "bin/tool", true)]
    [DataRow("./bin", "bin/tool", true)]
    [DataRow("*.md", "README.md", true)]
    [DataRow("*.md", "docs/README.md", false)]
    [DataRow("docs/**", "docs/a/b", true)]
    [DataRow("a?c", "abc", true)]
    [DataRow("a?c", "a/c", false)]
    [DataRow("[ab]c", "bc", true)]
    [DataRow("a.c", "abc", false)]
    [DataRow("# bin\nobj", "bin", false)]
    [DataRow("*\n!kept", "kept/file", false)]
    [DataRow("*\n!kept", "other", true)]
    [DataRow("!kept\n*", "kept", true)]
    [DataRow("**\n!a/b.txt", "a/b.txt", false)]
    [DataRow("", "anything", false)]
    public void The_last_rule_that_matches_decides(string rules, string path, bool ignored)
        => Assert.AreEqual(ignored, new IgnoreRules(rules).Ignores(path));
}
