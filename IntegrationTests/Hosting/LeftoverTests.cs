using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>What a run leaves whose AppHost was killed together with its reaper.</summary>
[TestClass]
public sealed class LeftoverTests : StackTest
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);

    protected override TimeSpan TestLimit => TimeSpan.FromMinutes(4);

    [TestMethod]
    [Scenario("HOST-06")]
    public async Task A_start_removes_what_runs_without_a_living_owner_have_left()
    {
        var environment = Stack.Application.Services.GetRequiredService<PodmanEnvironment>();
        var dead = Guid.NewGuid().ToString("n")[..8];
        var folder = Directory.CreateDirectory(Path.Combine(environment.RunRoot, $"run-{dead}")).FullName;
        var network = $"left-{dead}";
        var names = Path.Combine(environment.NamesFolder, network);
        try
        {
            // A process id that was given, and whose process began at another time.
            await File.WriteAllTextAsync(Path.Combine(folder, "owner"), $"{Environment.ProcessId} 1", Cancel);
            await Stack.Podman.RunAsync(["network", "create", "--label", $"{PodmanRun.Label}={dead}", network], Cancel);
            await Stack.Podman.RunAsync(["run", "--detach", "--name", $"left-{dead}", "--label", $"{PodmanRun.Label}={dead}", $"--network={network}", "localhost/xoe-novai/probe:1", "sleep", "300"], Cancel);
            Assert.IsTrue(File.Exists(names), "The name server does not know of the network: there is nothing to be mended.");

            await using var appHost = AppHostProcess.Start(["--Stack:Run=none"]);
            await appHost.HealthyAsync(StartLimit, Cancel);

            Assert.DoesNotContain(dead, await Stack.Podman.RunAsync(["ps", "-a", "--format", "{{.Names}}"], Cancel));
            Assert.DoesNotContain(dead, await Stack.Podman.RunAsync(["network", "ls", "--format", "{{.Name}}"], Cancel));
            Assert.IsFalse(File.Exists(names), names);
            Assert.IsFalse(Directory.Exists(folder), folder);
            await appHost.SignalAsync("TERM", Cancel);
            await appHost.EndedAsync(StopLimit, Cancel);
            await new RunTraces(Stack, appHost).GoneAsync(Cancel);
        }
        finally
        {
            await Stack.Podman.TryRunAsync(["rm", "-f", "-i", "-t", "0", $"left-{dead}"], CancellationToken.None);
            await Stack.Podman.TryRunAsync(["network", "rm", "-f", network], CancellationToken.None);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>Its folder and its names were removed; the network was not.</summary>
    [TestMethod]
    [Scenario("HOST-06")]
    public async Task A_start_removes_a_network_that_is_all_a_run_has_left()
    {
        var dead = Guid.NewGuid().ToString("n")[..8];
        var network = $"left-{dead}";
        try
        {
            await Stack.Podman.RunAsync(["network", "create", "--label", $"{PodmanRun.Label}={dead}", network], Cancel);

            await using var appHost = AppHostProcess.Start(["--Stack:Run=none"]);
            await appHost.HealthyAsync(StartLimit, Cancel);

            Assert.DoesNotContain(dead, await Stack.Podman.RunAsync(["network", "ls", "--format", "{{.Name}}"], Cancel));
            await appHost.SignalAsync("TERM", Cancel);
            await appHost.EndedAsync(StopLimit, Cancel);
        }
        finally
        {
            await Stack.Podman.TryRunAsync(["network", "rm", "-f", network], CancellationToken.None);
        }
    }

    /// <summary>The shared stack lives: what is of it stays.</summary>
    [TestMethod]
    [Scenario("HOST-06")]
    public async Task What_is_of_a_living_run_stays()
    {
        await using var appHost = AppHostProcess.Start(["--Stack:Run=none"]);
        await appHost.HealthyAsync(StartLimit, Cancel);

        Assert.Contains(Stack.RunId, await Stack.Podman.RunAsync(["network", "ls", "--format", "{{.Name}}"], Cancel));
        using var response = await Stack.Gateway.GetAsync("/health", Cancel);
        Assert.IsTrue(response.IsSuccessStatusCode);
        await appHost.SignalAsync("TERM", Cancel);
        await appHost.EndedAsync(StopLimit, Cancel);
    }
}
