using System.Net;

namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>Each of these runs a second stack beside the shared one, and shows that the shared one does not notice.</summary>
[TestClass]
public sealed class CleanUpTests : StackTest
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);

    [TestMethod]
    [Scenario("HOST-03")]
    [DataRow("KILL")]
    [DataRow("TERM")]
    [DataRow("INT")]
    public async Task A_stack_leaves_nothing_however_it_is_ended(string signal)
    {
        await using var appHost = AppHostProcess.Start(AppHostProcess.SmallStack);
        await appHost.HealthyAsync(StartLimit, Cancel);
        Assert.AreEqual(HttpStatusCode.OK, await GetHealthAsync(new($"http://127.0.0.1:{appHost.GatewayPort}")));
        var traces = new RunTraces(Stack, appHost);
        await traces.NoteAsync(Cancel);
        TestContext.WriteLine($"{traces.Processes} processes of the run were noted.");

        await appHost.SignalAsync(signal, Cancel);
        await appHost.EndedAsync(StopLimit, Cancel);

        await traces.GoneAsync(Cancel);
        Assert.AreEqual(signal == "KILL" ? 128 + 9 : 0, appHost.ExitCode, appHost.Describe());
        Assert.AreEqual(HttpStatusCode.OK, await GetHealthAsync(Stack.GatewayAddress), "The stack beside it suffered.");
    }

    [TestMethod]
    [Scenario("HOST-03")]
    [DataRow("KILL")]
    [DataRow("TERM")]
    public async Task A_stack_that_is_ended_while_it_starts_leaves_nothing(string signal)
    {
        await using var appHost = AppHostProcess.Start(AppHostProcess.SmallStack);

        await EndWhileItStartsAsync(appHost, signal);
    }

    /// <summary>It passes signals on, but for this one.</summary>
    [TestMethod]
    [Scenario("HOST-03")]
    public async Task A_stack_whose_dotnet_run_is_killed_leaves_nothing()
    {
        await using var appHost = AppHostProcess.StartByDotnetRun(AppHostProcess.SmallStack);
        await appHost.HealthyAsync(StartLimit, Cancel);
        var traces = new RunTraces(Stack, appHost);
        await traces.NoteAsync(Cancel);

        await appHost.SignalAsync("KILL", Cancel);
        await appHost.EndedAsync(StopLimit, Cancel);

        await traces.GoneAsync(Cancel);
    }

    /// <summary>The model is in the test host's process, as the shared stack's is in this one.</summary>
    [TestMethod]
    [Scenario("HOST-03")]
    public async Task A_test_run_that_is_killed_leaves_nothing()
    {
        await using var tests = AppHostProcess.StartTests(
            $"FullyQualifiedName~{nameof(CleanUpTests)}",
            new Dictionary<string, string?>
            {
                ["Stack__Run"] = "none",
                ["Stack__Services__rag__Run"] = "container",
                ["Stack__Services__gateway__Run"] = "container",
            });

        await EndWhileItStartsAsync(tests, "KILL");
    }

    private async Task EndWhileItStartsAsync(AppHostProcess appHost, string signal)
    {
        await Eventually.HoldsAsync(
            "The first container runs",
            StartLimit,
            c => Stack.Podman.RunAsync(["ps", "--format", "{{.Names}}"], c),
            names => names.Contains(appHost.RunId, StringComparison.Ordinal),
            names => $"{names}{Environment.NewLine}{appHost.Describe()}",
            Cancel);
        var traces = new RunTraces(Stack, appHost);
        await traces.NoteAsync(Cancel);

        await appHost.SignalAsync(signal, Cancel);
        await appHost.EndedAsync(StopLimit, Cancel);

        Assert.DoesNotContain("failed to start", appHost.Output, "It was ended, and has not failed.");
        await traces.GoneAsync(Cancel);
    }

    private async Task<HttpStatusCode> GetHealthAsync(Uri gateway)
    {
        using var client = new HttpClient { BaseAddress = gateway };
        using var response = await client.GetAsync("/health", Cancel);
        return response.StatusCode;
    }
}
