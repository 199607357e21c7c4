using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>Services as plain processes, for the debugger, beside stores in containers.</summary>
[TestClass]
public sealed class ProcessModeTests : StackTest
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);

    protected override TimeSpan TestLimit => TimeSpan.FromMinutes(4.5);

    [TestMethod]
    [Scenario("HOST-02")]
    [Scenario("HOST-03")]
    public async Task The_whole_stack_runs_as_processes()
    {
        await using var appHost = AppHostProcess.Start(["--Stack:Run=process", "--Stack:Echo=true"]);
        await appHost.HealthyAsync(StartLimit, Cancel);

        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{appHost.GatewayPort}") };
        foreach (var (service, target) in StackModel.Routed())
        {
            var seen = await Eventually.HoldsAsync(
                $"The gateway reaches {service}",
                AnswerLimit,
                async token =>
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, target) { Headers = { { Echo.Header, "1" } } };
                    using var response = await client.SendAsync(request, token);
                    return (response.StatusCode, Echo: response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<Echo>(token) : null);
                },
                static a => a.Echo is not null,
                static a => $"{(int)a.StatusCode}",
                Cancel);
            Assert.AreEqual(service, seen.Echo!.Service, target);
        }

        await QueryAnsweredAsync(client);
        await EndAsync(appHost);
    }

    [TestMethod]
    [Scenario("HOST-02")]
    [Scenario("HOST-03")]
    [DataRow("process", "process", "rag", "gateway", ArgumentsDisplayName = "rag, worker and gateway as processes")]
    [DataRow("process", "container", "rag", ArgumentsDisplayName = "rag as a process, behind a gateway in a container")]
    public async Task A_query_is_answered_whatever_runs_as_a_process(string rag, string gateway, params string[] processes)
    {
        await using var appHost = AppHostProcess.Start(["--Stack:Run=none", $"--Stack:Services:rag:Run={rag}", $"--Stack:Services:curation-worker:Run={rag}", $"--Stack:Services:gateway:Run={gateway}"]);
        await appHost.HealthyAsync(StartLimit, Cancel);
        var containers = await Stack.Podman.RunAsync(["ps", "--format", "{{.Names}}"], Cancel);
        foreach (var name in processes)
        {
            Assert.IsFalse(
                containers.Split('\n').Any(c => c.Contains(appHost.RunId, StringComparison.Ordinal) && c.StartsWith(name, StringComparison.Ordinal)),
                $"'{name}' was to be a process, and there is a container of it:{Environment.NewLine}{containers}");
        }

        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{appHost.GatewayPort}") };
        await QueryAnsweredAsync(client);
        await EndAsync(appHost);
    }

    // Being healthy is a matter of the service itself; the gateway learns of it from Consul, which takes out whom a busy machine lets answer late.
    private async Task QueryAnsweredAsync(HttpClient client)
    {
        var answer = await Eventually.HoldsAsync(
            "The gateway has a query answered",
            AnswerLimit,
            async token =>
            {
                using var response = await client.PostAsJsonAsync("/xnai/api/v1/query", new { query = "Where do you run?" }, token);
                return (response.StatusCode, Body: await response.Content.ReadAsStringAsync(token));
            },
            static a => a.StatusCode == HttpStatusCode.OK,
            static a => $"{(int)a.StatusCode} {a.Body}",
            Cancel);
        using var body = JsonDocument.Parse(answer.Body);
        Assert.IsGreaterThan(0, body.RootElement.GetProperty("tokens_generated").GetInt32());
    }

    private async Task EndAsync(AppHostProcess appHost)
    {
        var traces = new RunTraces(Stack, appHost);
        await traces.NoteAsync(Cancel);

        await appHost.SignalAsync("TERM", Cancel);
        await appHost.EndedAsync(StopLimit, Cancel);

        Assert.AreEqual(0, appHost.ExitCode, appHost.Describe());
        await traces.GoneAsync(Cancel);
    }
}
