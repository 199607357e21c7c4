using System.Diagnostics;
using Microsoft.Extensions.Logging.Testing;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Tests.Runs;

/// <summary>What a start removes of earlier runs, and what it leaves alone, with a podman that notes what it is told.</summary>
[TestClass]
public sealed class LeftoversTests
{
    private string _root = null!;

    public TestContext TestContext { get; set; } = null!;

    private string Names => Path.Combine(_root, "names");

    private string Runs => Path.Combine(_root, "runs");

    private string Told => Path.Combine(_root, "told");

    [TestInitialize]
    public void Create()
    {
        _root = Directory.CreateTempSubdirectory("leftovers-").FullName;
        Directory.CreateDirectory(Names);
        Directory.CreateDirectory(Runs);
    }

    [TestCleanup]
    public void Remove() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    [Scenario("HOST-03")]
    public async Task What_a_killed_run_has_left_is_removed()
    {
        Directory.CreateDirectory(RunFolder.PathOf(Runs, "11111111"));
        await File.WriteAllTextAsync(Path.Combine(RunFolder.PathOf(Runs, "11111111"), RunFolder.OwnerFile), "1 1", TestContext.CancellationToken);
        Name("app-11111111");
        Name("db-22222222");

        await MendAsync(networks: []);

        Assert.IsEmpty(Directory.GetFileSystemEntries(Names));
        Assert.IsEmpty(Directory.GetFileSystemEntries(Runs));
        var told = await File.ReadAllTextAsync(Told, TestContext.CancellationToken);
        Assert.Contains("rm -f -v -t 1 --filter label=io.xoe-novai.run=11111111", told);
        Assert.Contains("rm -f -v -t 1 --filter label=io.xoe-novai.run=22222222", told);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task What_lives_and_what_is_not_of_a_run_stays()
    {
        RunFolder.Create(Runs, "33333333");
        string[] living = ["app-33333333", "podman", "my-network", "12345678", "name-ABCDEF12", "aspire-persistent-44444444", "somebodys-55555555"];
        foreach (var name in living)
        {
            Name(name);
        }

        await MendAsync(networks: living);

        CollectionAssert.AreEquivalent(living, Directory.GetFiles(Names).Select(static f => Path.GetFileName(f)!).ToList());
        Assert.HasCount(1, Directory.GetDirectories(Runs));
        Assert.DoesNotContain("rm ", await File.ReadAllTextAsync(Told, TestContext.CancellationToken));
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task Where_there_is_nothing_podman_is_only_asked()
    {
        await MendAsync(networks: ["podman", "somebody-elses"]);

        Assert.StartsWith("network ls", (await File.ReadAllLinesAsync(Told, TestContext.CancellationToken)).Single());
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task A_network_that_is_all_a_run_has_left_is_removed()
    {
        await MendAsync(networks: ["'left-0123abcd io.xoe-novai.run=0123abcd,other=1'"]);

        Assert.Contains("label=io.xoe-novai.run=0123abcd", await File.ReadAllTextAsync(Told, TestContext.CancellationToken));
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task A_run_whose_folder_is_elsewhere_lives_as_long_as_its_reaper()
    {
        const string Run = "66666666";
        using (var reaper = Process.Start(new ProcessStartInfo("sh", ["-c", "read -r word", "/elsewhere/reaper.sh", "podman", Run, "folder", "names"]) { RedirectStandardInput = true })!)
        {
            Name($"app-{Run}");
            await MendAsync(networks: [$"'app-{Run} io.xoe-novai.run={Run}'"]);
            Assert.DoesNotContain("rm ", await File.ReadAllTextAsync(Told, TestContext.CancellationToken));
            reaper.StandardInput.Close();
            await reaper.WaitForExitAsync(TestContext.CancellationToken);
        }

        await MendAsync(networks: [$"'app-{Run} io.xoe-novai.run={Run}'"]);
        Assert.Contains($"label=io.xoe-novai.run={Run}", await File.ReadAllTextAsync(Told, TestContext.CancellationToken));
    }

    private void Name(string network) => File.WriteAllText(Path.Combine(Names, network), "10.89.3.1\n");

    private async Task MendAsync(IEnumerable<string> networks)
    {
        var podman = Path.Combine(_root, "podman");
        await File.WriteAllTextAsync(podman, $"#!/bin/sh\necho \"$*\" >> '{Told}'\ncase \"$*\" in *--format*) printf '%s\\n' {string.Join(' ', networks)} ;; esac\n", TestContext.CancellationToken);
        File.SetUnixFileMode(podman, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var environment = new PodmanEnvironment { Command = podman, RunRoot = Runs, NamesFolder = Names };
        await new Leftovers(new(environment, TimeProvider.System), environment, new FakeLogger<Leftovers>()).MendAsync(TestContext.CancellationToken);
    }
}
