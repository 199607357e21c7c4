using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using StackExchange.Redis;
using XoeNovAi.IntegrationTests.Harness.Telemetry;

namespace XoeNovAi.IntegrationTests.Security;

/// <summary>What the stack says of itself, to callers and to its operators, has no secret in it.</summary>
[TestClass]
public sealed class SecretExposureTests : StackTest
{
    private const int Most = 10_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    // Answers of every kind: right ones, refusals, and what fails behind the gateway.
    private static readonly string[] Targets =
    [
        "/", "/health", "/metrics", "/nope", "/xnai/api/v1/health", "/xnai/api/v1/nope", "/xnai/api/v1/stream", "/oikos/health", "/oikos/nope", "/chat/", "/vikunja/api/v1/info", "/docs/",
        "/api/v1/info", "/healthz", "/collections", "/env", "/debug", "/config", "/v1/agent/self", "/v1/kv/?recurse",
    ];

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1"];

    [TestMethod]
    [Scenario("SEC-03")]
    public async Task No_answer_of_any_service_has_a_secret()
    {
        var secrets = await StackSecrets.ReadAsync(Stack.Application, Cancel);
        var services = Stack.Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ContainerResource>()
            .Where(static r => r.Annotations.OfType<EndpointAnnotation>().Any(static e => e is { Name: "http", UriScheme: "http" }))
            .Select(static r => r.Name)
            .ToList();
        var found = new List<string>();
        var answers = 0;
        foreach (var service in services)
        {
            using var client = Stack.CreateClient(service);
            foreach (var target in Targets)
            {
                foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
                {
                    using var request = new HttpRequestMessage(method, target) { Content = method == HttpMethod.Post ? new StringContent("{", Encoding.UTF8, "application/json") : null };
                    using var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, Cancel);
                    var text = $"{response.Headers}{response.Content.Headers}{await response.Content.ReadAsStringAsync(Cancel)}";
                    found.AddRange(secrets.In(text).Select(s => $"{method} {target} of {service} ({(int)response.StatusCode}): {s}"));
                    answers++;
                }
            }
        }

        TestContext.WriteLine($"{answers} answers of {string.Join(", ", services)}, looked through for {string.Join(", ", secrets.Keys)}");
        Assert.IsEmpty(found, string.Join(Environment.NewLine, found));
    }

    [TestMethod]
    [Scenario("SEC-03")]
    public async Task No_span_log_line_or_metric_has_a_secret()
    {
        var secrets = await StackSecrets.ReadAsync(Stack.Application, Cancel);
        await TellAllAsync();
        using var trace = Stack.StartTrace("secrets");
        using (await Stack.Gateway.PostAsJsonAsync("/xnai/api/v1/query", new { query = trace.TraceId }, Cancel))
        {
            trace.End();
        }

        await Eventually.HoldsAsync("the worker's span of the query", Limit, token => Stack.Telemetry.SpansAsync(trace.TraceId, token), static spans => spans.Any(static s => s.Service == "curation-worker"), static spans => $"{spans.Count} spans", Cancel);
        using var dashboard = new HttpClient { BaseAddress = Stack.Application.GetEndpoint("aspire-dashboard", "http") };
        dashboard.DefaultRequestHeaders.Add("x-api-key", Stack.Application.Services.GetRequiredService<IConfiguration>()["AppHost:DashboardApiKey"]);
        using var gateway = Stack.CreateGatewayClient();

        // Each with something that must be in it: what is empty has no secret either.
        Dictionary<string, (string Text, string Control)> said = new()
        {
            ["spans"] = (await dashboard.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"api/telemetry/spans?limit={Most}"), UriKind.Relative), Cancel), "postgresql"),
            ["log lines"] = (await dashboard.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"api/telemetry/logs?limit={Most}"), UriKind.Relative), Cancel), "resourceLogs"),
            ["metrics of the gateway"] = (await gateway.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel), "# TYPE"),
        };
        foreach (var resource in Stack.Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ContainerResource>())
        {
            said[$"the log of {resource.Name}"] = (string.Join('\n', await Stack.Logs.TailAsync(resource.Name, int.MaxValue)), string.Empty);
        }

        foreach (var (what, (text, control)) in said)
        {
            TestContext.WriteLine($"{what}: {text.Length} characters");
            Assert.Contains(control, text, $"The {what} were not read.");
            Assert.IsEmpty(secrets.In(text), $"In {what}: {string.Join(", ", secrets.In(text))}");
        }
    }

    // What services have to tell of: right and wrong requests of every kind, and stores that are lost and found again.
    private async Task TellAllAsync()
    {
        using var client = Stack.CreateGatewayClient();
        foreach (var target in Targets)
        {
            using var right = await client.GetAsync(target, HttpCompletionOption.ResponseHeadersRead, Cancel);
            using var wrong = await client.PostAsync(target, new StringContent("{", Encoding.UTF8, "application/json"), Cancel);
        }

        foreach (var target in (string[])["query", "search", "stream"])
        {
            using var answer = await client.PostAsJsonAsync($"/xnai/api/v1/{target}", new { query = "What do you tell of yourself?" }, Cancel);
            await answer.Content.ReadAsStringAsync(Cancel);
        }

        await Stack.ScalarAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'", Cancel);
        var options = await Stack.RedisAsync(Cancel);
        options.AllowAdmin = true;
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(options))
        {
            await redis.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", "normal");
            await redis.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
        }

        await Stack.ReadyAsync(Cancel);
    }

    /// <summary>What the dashboard keeps, it may have shortened or hidden; metrics of the services cannot be asked of it. So here is all of it as it is sent, by every service.</summary>
    [TestMethod]
    [Scenario("SEC-03")]
    public async Task Nothing_that_any_service_sends_to_a_collector_has_a_secret()
    {
        await using var receiver = await TelemetryReceiver.StartAsync(Cancel);
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(["--Stack:Run=process"], Cancel);
        var services = builder.Resources.OfType<ProjectResource>().ToList();
        foreach (var service in services)
        {
            builder.CreateResourceBuilder(service)
                .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address)
                .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
                .WithEnvironment("OTEL_SERVICE_NAME", service.Name)
                .WithEnvironment("OTEL_METRIC_EXPORT_INTERVAL", "1000")
                .WithEnvironment("OTEL_BSP_SCHEDULE_DELAY", "200")
                .WithEnvironment("OTEL_BLRP_SCHEDULE_DELAY", "200");
        }

        await using var application = await builder.BuildAsync(Cancel);
        await StackStart.RunAsync(application, Cancel);
        try
        {
            var secrets = await StackSecrets.ReadAsync(application, Cancel);
            using var gateway = new HttpClient { BaseAddress = application.GetEndpoint("gateway", "http") };
            foreach (var target in Targets)
            {
                using var answer = await gateway.GetAsync(new Uri(target, UriKind.Relative), Cancel);
            }

            await Eventually.HoldsAsync(
                "a query is answered", AnswerLimit, async token =>
                {
                    using var response = await gateway.PostAsJsonAsync("/xnai/api/v1/query", new { query = "What do you tell of yourself?" }, token);
                    return (int)response.StatusCode;
                }, static s => s == 200, static s => $"{s}", Cancel);

            // Of every service, and with what is nearest to the secrets: connections to the stores.
            (string Signal, string[] Parts)[] awaited = [("traces", ["gateway", "rag", "curation-worker", "postgresql", "redis"]), ("logs", [.. services.Select(static s => s.Name)]), ("metrics", [.. services.Select(static s => s.Name), "db.client.connection"])];
            foreach (var (signal, parts) in awaited)
            {
                var text = await Eventually.HoldsAsync(
                    $"{signal} of {string.Join(", ", parts)}", AnswerLimit, _ => Task.FromResult(receiver.Read(signal)),
                    text => Array.TrueForAll(parts, p => text.Contains(p, StringComparison.Ordinal)),
                    text => $"{text.Length} characters, without {string.Join(", ", parts.Where(p => !text.Contains(p, StringComparison.Ordinal)))}", Cancel);
                TestContext.WriteLine($"{signal}: {text.Length} characters");
                Assert.IsEmpty(secrets.In(text), $"In {signal}: {string.Join(", ", secrets.In(text))}");
            }
        }
        finally
        {
            await application.StopAsync(CancellationToken.None);
        }
    }
}
