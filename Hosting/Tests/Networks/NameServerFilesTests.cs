using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.Hosting.Tests.Networks;

[TestClass]
[TestCategory("Quick")]
public sealed class NameServerFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("xoe-novai-names-").FullName;

    [TestMethod]
    [Scenario("HOST-06")]
    public void Names_that_would_be_answered_from_a_file_of_another_network_are_said_at_once()
    {
        File.WriteAllText(Path.Combine(_folder, "of-somebody-else"), "10.89.7.1,10.89.9.1 10.89.7.1\nabc 10.89.7.2  postgres\n");

        var exception = Assert.ThrowsExactly<DistributedApplicationException>(() => NameServerFiles.Check(_folder, [Made("mine", "10.89.9.1")]));

        Assert.Contains("'mine'", exception.Message);
        Assert.Contains("'of-somebody-else'", exception.Message);
    }

    [TestMethod]
    public void Files_of_these_networks_and_of_other_addresses_are_nothing_to_speak_of()
    {
        File.WriteAllText(Path.Combine(_folder, "mine"), "10.89.9.1\n");
        File.WriteAllText(Path.Combine(_folder, "other"), "10.89.8.1\n");

        NameServerFiles.Check(_folder, [Made("mine", "10.89.9.1"), Made("without-gateway", null)]);
        NameServerFiles.Check(Path.Combine(_folder, "not-there"), [Made("mine", "10.89.9.1")]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static MadeNetwork Made(string name, string? gateway) => new(name, "podman9", "10.89.9.0/24", gateway, IsInternal: true, IsIsolated: true, HasNames: true);
}
