namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>What an AppHost says on a machine that lacks what it cannot get by itself, where it has no right to change the system.</summary>
[TestClass]
public sealed class PrerequisiteTests : StackTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [TestMethod]
    [Scenario("HOST-05")]
    public async Task Without_podman_the_command_that_installs_it_is_named()
        => await RefusedAsync(LackingMachine.Without("podman"), "apt-get install", "podman", "sudo");

    [TestMethod]
    [Scenario("HOST-05")]
    public async Task Without_podman_and_apt_the_packages_are_named()
        => await RefusedAsync(LackingMachine.Without("podman", "newuidmap", "apt-get"), "missing: podman uidmap", "package manager");

    [TestMethod]
    [Scenario("HOST-05")]
    public async Task Without_subordinate_ids_the_command_that_adds_them_is_named()
        => await RefusedAsync(LackingMachine.WithoutSubordinateIds, "usermod --add-subuids", "--add-subgids");

    private async Task RefusedAsync(IReadOnlyList<string> machine, params string[] words)
    {
        await using var appHost = AppHostProcess.Start([], within: machine);
        await appHost.EndedAsync(Limit, Cancel);
        TestContext.WriteLine(appHost.Errors);
        Assert.AreEqual(1, appHost.ExitCode, appHost.Describe());
        Complaint.AssertPlain(appHost);
        var said = appHost.Errors.Split(Environment.NewLine).FirstOrDefault(static l => l.StartsWith("setup: ", StringComparison.Ordinal));
        Assert.IsNotNull(said, $"Set-up did not say what is missing.{Environment.NewLine}{appHost.Describe()}");
        foreach (var word in words)
        {
            StringAssert.Contains(said, word, appHost.Describe());
        }

        foreach (var folder in LackingMachine.Folders)
        {
            Directory.Delete(Path.Combine(appHost.TemporaryFolder, folder), recursive: true);
        }

        await new RunTraces(Stack, appHost).GoneAsync(Cancel);
    }
}
