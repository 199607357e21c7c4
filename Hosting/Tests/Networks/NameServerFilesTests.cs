using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.Hosting.Tests.Networks;

/// <summary>What an earlier network has left in the name server's folder.</summary>
[TestClass]
public sealed class NameServerFilesTests
{
    private readonly MadeNetwork _network = new("app-0a1b2c3d", "podman1", "10.89.3.0/24", "10.89.3.1", true, true, true);
    private string _folder = null!;

    [TestInitialize]
    public void Create() => _folder = Directory.CreateTempSubdirectory("names-").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void One_that_would_answer_in_the_place_of_a_new_network_is_named()
    {
        File.WriteAllText(Path.Combine(_folder, "gone-11111111"), "10.89.3.1,10.89.4.1 8.8.8.8\nabc 10.89.3.2 postgres\n");

        var exception = Assert.ThrowsExactly<DistributedApplicationException>(() => NameServerFiles.Check(_folder, [_network]));

        Assert.Contains("'gone-11111111'", exception.Message);
        Assert.Contains("'app-0a1b2c3d'", exception.Message);
    }

    [TestMethod]
    public void Those_of_other_addresses_and_its_own_are_none()
    {
        File.WriteAllText(Path.Combine(_folder, "other-11111111"), "10.89.33.1\n");
        File.WriteAllText(Path.Combine(_folder, _network.Name), "10.89.3.1\n");
        File.WriteAllText(Path.Combine(_folder, "empty"), string.Empty);

        NameServerFiles.Check(_folder, [_network]);
        NameServerFiles.Check(Path.Combine(_folder, "not-there"), [_network]);
    }
}
