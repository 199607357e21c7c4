using System.Net.Http.Json;
using System.Text.RegularExpressions;
using XoeNovAi.IntegrationTests.Harness.Faults;

namespace XoeNovAi.IntegrationTests.Reporting;

/// <summary>What a test on the shared stack leaves when it fails: one that does is run here, with a context of its own that keeps what it says.</summary>
[TestClass]
public sealed partial class FailureTests : StackTest
{
    [TestMethod]
    [Scenario("OBS-04")]
    public async Task A_test_that_fails_shows_its_own_trace_the_logs_it_touches_and_what_became_of_resources()
    {
        var context = new KeptContext { Outcome = UnitTestOutcome.Failed };
        var failing = new Failing { TestContext = context };
        failing.BeginTrace();
        var trace = await failing.AskAsync();
        await failing.EndTraceAsync();

        Assert.Contains($"Trace {trace}", context.Text);
        Assert.MatchesRegex(Tree(), context.Text, "The test's own span stands above the gateway's, and that above rag's.");
        Assert.Contains("The last lines of gateway:", context.Text);
        Assert.Contains("The last lines of redis:", context.Text);
        Assert.Contains("meanwhile", context.Text);
        Assert.Contains("Network: all containers reach what is declared and nothing else.", context.Text);
        var picture = await File.ReadAllTextAsync(context.Files.Single(), Cancel);
        Assert.StartsWith("<svg", picture);
        Assert.Contains(nameof(Failing), picture);
        Assert.Contains("gateway", picture);
    }

    [TestMethod]
    [Scenario("OBS-04")]
    public async Task A_test_that_fails_while_a_path_is_cut_shows_which()
    {
        var context = new KeptContext { Outcome = UnitTestOutcome.Failed };
        var failing = new Failing { TestContext = context };
        failing.BeginTrace();
        await using (await PacketFault.PartitionAsync(Stack, "gateway", "rag-1", Cancel))
        {
            await failing.EndTraceAsync();
        }

        await Stack.ReadyAsync(Cancel);
        Assert.MatchesRegex(@"gateway, rag-1 [^\n]* declared is open", context.Text, "From the one to the other.");
        Assert.DoesNotMatchRegex(@"rag-2[^\n]* declared is", context.Text, "What is not cut is not named.");
        Assert.HasCount(1, context.Files.Where(static f => Path.GetFileName(f).StartsWith("network-", StringComparison.Ordinal)).ToList());
    }

    [TestMethod]
    [Scenario("OBS-04")]
    public async Task A_test_that_passes_leaves_nothing_of_it()
    {
        var context = new KeptContext { Outcome = UnitTestOutcome.Passed };
        var passing = new Failing { TestContext = context };
        passing.BeginTrace();
        await passing.AskAsync();
        await passing.EndTraceAsync();

        Assert.IsEmpty(context.Text);
        Assert.IsEmpty(context.Files);
    }

    [GeneratedRegex($@"^[^\n]*{nameof(Failing)}[^\n]*\n(?:[^\n]*\n)*?[^\n]*gateway[^\n]*\n(?:[^\n]*\n)*?[^\n]*rag-", RegexOptions.Multiline)]
    private static partial Regex Tree();

    // No test class: the runner must not find it.
    private sealed class Failing : StackTest
    {
        protected override IReadOnlyList<string> Touches => ["gateway", "redis"];

        public async Task<string> AskAsync()
        {
            using var response = await Stack.Gateway.PostAsJsonAsync("/xnai/api/v1/query", new { query = "Why does this fail?" }, Cancel);
            response.EnsureSuccessStatusCode();
            return Trace.TraceId;
        }
    }

    private sealed class KeptContext : TestContext
    {
        private readonly List<string> _lines = [];

        public UnitTestOutcome Outcome { get; init; }

        public List<string> Files { get; } = [];

        public string Text => string.Join('\n', _lines);

        public override UnitTestOutcome CurrentTestOutcome => Outcome;

        public override IDictionary<string, object?> Properties { get; } = new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(TestName)] = nameof(Failing) };

        public override void AddResultFile(string fileName) => Files.Add(fileName);

        public override void Write(string? message) => _lines.Add(message ?? string.Empty);

        public override void Write(string format, params object?[] args) => throw new NotSupportedException();

        public override void WriteLine(string? message) => _lines.Add(message ?? string.Empty);

        public override void WriteLine(string format, params object?[] args) => throw new NotSupportedException();

        public override void DisplayMessage(MessageLevel messageLevel, string message) => _lines.Add(message);
    }
}
