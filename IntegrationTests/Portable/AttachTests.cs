using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>The portable tests are attached to what is not a stack of the tests' own.</summary>
[TestClass]
public sealed class AttachTests : StackTest
{
    // The contract, as Caddy can be told it.
    private const string Caddyfile = """
        {
          admin off
          auto_https off
        }
        :8000 {
          header {
            Strict-Transport-Security "max-age=31536000; includeSubDomains"
            X-Content-Type-Options nosniff
            X-Frame-Options DENY
            X-XSS-Protection "1; mode=block"
            Referrer-Policy strict-origin-when-cross-origin
            X-Request-ID {http.request.header.X-Request-ID}
            -Server
            defer
          }
          @nameless not header_regexp X-Request-ID ^[A-Za-z0-9._-]{1,128}$
          request_header @nameless X-Request-ID {http.request.uuid}
          handle /health {
            header Content-Type application/json
            respond `{"status":"healthy"}`
          }
          handle /metrics {
            header Content-Type "text/plain; version=0.0.4"
            respond "# TYPE up gauge"
          }
          handle /xnai/api/v1/* {
            reverse_proxy {rag}
          }
          handle /oikos/* {
            reverse_proxy {oikos}
          }
          handle_path /chat/* {
            reverse_proxy {open-webui}
          }
          @webui path /static/* /ollama/* /_app/* /auth/* /signup/* /manifest.json /favicon.png
          handle @webui {
            reverse_proxy {open-webui}
          }
          handle_path /vikunja/* {
            reverse_proxy {vikunja}
          }
          handle_path /docs/* {
            reverse_proxy {mkdocs}
          }
          handle {
            reverse_proxy {chainlit}
          }
        }
        """;

    // What Caddy does whatever it is told: a request with a length and chunks is served, and what is behind the chunks is served too.
    private static readonly string[] Own = ["An_ambiguous_request_is_refused_and_hides_no_other (length and chunked)"];

    // What is changed in it, and the tests that must find it.
    private static readonly (string What, string Stands, string Instead, string[] Tests)[] Breaches =
    [
        ("a header is missing", "    X-Frame-Options DENY\n", "", ["A_security_header_is_on_every_answer_once (\"X-Frame-Options\",\"DENY\")"]),
        ("a header is another", "X-Content-Type-Options nosniff", "X-Content-Type-Options sniff", ["A_security_header_is_on_every_answer_once (\"X-Content-Type-Options\",\"nosniff\")"]),
        ("the server is named", "    -Server\n", "", ["No_answer_names_its_server"]),
        ("any origin may read", "    defer\n", "    Access-Control-Allow-Origin *\n    defer\n", ["A_foreign_origin_may_not_read_answers (\"https://evil.invalid\")", "A_foreign_origin_may_not_read_answers (\"null\")"]),
        ("a prefix is kept", "handle_path /vikunja/*", "handle /vikunja/*", ["A_service_is_asked_without_the_prefix_of_its_route"]),
        ("every id is another", "@nameless not header_regexp X-Request-ID ^[A-Za-z0-9._-]{1,128}$\n  request_header @nameless", "request_header", ["A_valid_id_is_kept"]),
        ("metrics are a service's", "handle /metrics {", "handle /no-metrics {", ["Its_metrics_are_Prometheus_text"]),
        ("rooms cannot be entered", "handle /xnai/api/v1/* {\n", "handle /xnai/api/v1/ws/* {\n    respond 404\n  }\n  handle /xnai/api/v1/* {\n", ["A_message_in_a_room_is_answered", "Who_is_in_the_room_hears_a_broadcast", "The_rooms_are_counted"]),
    ];

    protected override IReadOnlyList<string> Touches => ["rag-1"];

    protected override TimeSpan TestLimit => TimeSpan.FromMinutes(4);

    [TestMethod]
    [Scenario("PUB-04")]
    public async Task Of_a_foreign_gateway_that_keeps_the_contract_only_what_it_cannot_is_said()
    {
        await using var gateway = await ForeignGateway.StartAsync(Stack, Caddyfile, Cancel);
        var run = await AttachedRun.RunAsync(gateway.Address.OriginalString, Cancel);
        Check(run, []);
    }

    [TestMethod]
    [Scenario("PUB-04")]
    public async Task Of_a_foreign_gateway_every_breach_is_found_and_nothing_else()
    {
        var caddyfile = Breaches.Aggregate(Caddyfile, static (text, breach) =>
        {
            Assert.Contains(breach.Stands, text, breach.What);
            return text.Replace(breach.Stands, breach.Instead, StringComparison.Ordinal);
        });
        await using var gateway = await ForeignGateway.StartAsync(Stack, caddyfile, Cancel);
        var run = await AttachedRun.RunAsync(gateway.Address.OriginalString, Cancel);
        Check(run, Breaches);
    }

    [TestMethod]
    [Scenario("PUB-04")]
    public async Task Attached_to_nobody_it_is_one_sentence_and_no_test_runs()
        => IsRefused(await AttachedRun.RunAsync($"http://localhost:{FreePort.Find()}", Cancel), "nobody answers there");

    [TestMethod]
    [Scenario("PUB-04")]
    [DataRow("localhost:8000")]
    [DataRow("file:///etc/passwd")]
    [DataRow("http://me:secret@localhost:8000")]
    public async Task Attached_to_what_is_no_address_it_is_one_sentence_and_no_test_runs(string address)
    {
        var run = await AttachedRun.RunAsync(address, Cancel);
        IsRefused(run, "is no http or https address");
        Assert.DoesNotContain("secret", run.Said);
    }

    [TestMethod]
    [Scenario("PUB-04")]
    [DataRow("XOENOVAI_ATTACH_CONSUL")]
    [DataRow("XOENOVAI_ATTACH_DASHBOARD")]
    public async Task A_companion_that_does_not_answer_is_named(string variable)
        => IsRefused(await AttachedRun.RunAsync(Stack.GatewayAddress.OriginalString, Cancel, (variable, $"http://localhost:{FreePort.Find()}")), variable);

    [TestMethod]
    [Scenario("PUB-04")]
    public async Task Attached_to_another_kind_of_server_it_is_one_sentence_and_no_test_runs()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        server.MapGet("/health", static () => "I am well.");
        await server.StartAsync(Cancel);
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        IsRefused(await AttachedRun.RunAsync(address, Cancel), "not as the gateway of a Xoe-NovAi stack");
    }

    private static void IsRefused(AttachedRun run, string reason)
    {
        Assert.AreEqual(2, run.ExitCode, run.Said);
        Assert.Contains(reason, run.Said);
        Assert.HasCount(1, run.Said.Trim().Split('\n'), run.Said);
        Assert.IsEmpty(run.Passed);
        Assert.IsEmpty(run.Failed);
    }

    private static void Check(AttachedRun run, IReadOnlyList<(string What, string Stands, string Instead, string[] Tests)> breaches)
    {
        var expected = breaches.SelectMany(static b => b.Tests.Select(t => (b.What, Test: t))).Concat(Own.Select(static t => (What: "what Caddy does by itself", Test: t))).ToList();
        var wrong = expected.Where(e => !run.Failed.Keys.Any(f => f.StartsWith(e.Test, StringComparison.Ordinal))).Select(static e => $"not found: {e.What}, by {e.Test}")
            .Concat(run.Failed.Where(f => !expected.Any(e => f.Key.StartsWith(e.Test, StringComparison.Ordinal))).Select(static f => $"said without a reason: {f.Key}: {f.Value}"))
            .ToList();
        Assert.IsEmpty(wrong, $"{string.Join(Environment.NewLine, wrong)}{Environment.NewLine}{run.Said}");
        Assert.IsGreaterThan(50, run.Passed.Count + run.Failed.Count, run.Said);
        Assert.AreEqual(2, run.ExitCode, run.Said);
    }
}
