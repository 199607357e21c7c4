using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace XoeNovAi.Gateway.Tests.Discovery;

public sealed partial class ForeignDataTests
{
    /// <summary>A gateway that finds its only service in a Consul of the test's, where one right instance is.</summary>
    private sealed class Bed : IAsyncDisposable
    {
        private readonly TestGateway _gateway;
        private readonly TestBackend _right;

        private Bed(FakeConsul consul, TestBackend right, TestGateway gateway)
        {
            (Consul, _right, _gateway) = (consul, right, gateway);
            gateway.Service<ILoggerFactory>().AddProvider(Log);
        }

        public FakeConsul Consul { get; }

        public LogLines Log { get; } = new();

        public JsonObject Right => FakeConsul.Entry("right", _right);

        public static async Task<Bed> StartAsync(CancellationToken cancellationToken)
        {
            var consul = await FakeConsul.StartAsync();
            var gateway = await TestGateway.StartAsync(new TestSettings(new Uri("http://test")), $"--ConnectionStrings:consul={consul.Address}", "--Discovery:View=app", "--Logging:LogLevel:Default=Information");
            var bed = new Bed(consul, await TestBackend.StartAsync("right"), gateway);
            consul.SetInstances(bed.Right);
            await bed.AnsweredByAsync("right", cancellationToken);
            return bed;
        }

        /// <summary>A foreign element beside the right instance.</summary>
        public async Task CostsItselfAsync(JsonNode? foreign, string named, CancellationToken cancellationToken, bool before = false)
        {
            if (before)
            {
                Consul.SetInstances(foreign, Right);
            }
            else
            {
                Consul.SetInstances(Right, foreign);
            }

            await LoggedAsync("left out", 1, cancellationToken);
            var line = Log.Lines.Single(static l => l.Contains("left out", StringComparison.Ordinal));
            Assert.Contains(named, line);
            Assert.StartsWith("Warning", line);
            Assert.IsFalse(line.Any(char.IsControl), line);
            for (var i = 0; i < 5; i++)
            {
                Assert.AreEqual("right", await AskAsync(cancellationToken));
            }

            Consul.SetInstances(Right);
            await FollowsAsync(cancellationToken);
            await LoggedAsync("left out", 1, cancellationToken);
        }

        /// <summary>The next change is followed.</summary>
        public async Task FollowsAsync(CancellationToken cancellationToken)
        {
            await using var next = await TestBackend.StartAsync("next");
            Consul.SetInstances(FakeConsul.Entry("next", next));
            await AnsweredByAsync("next", cancellationToken);
        }

        public Task AnsweredByAsync(string name, CancellationToken cancellationToken)
            => Eventually.HoldsAsync($"{name} answers", Limit, AskAsync, seen => seen == name, static seen => seen, cancellationToken);

        public async Task<string> AskAsync(CancellationToken cancellationToken)
        {
            using var response = await _gateway.Client.GetAsync("/x", cancellationToken);
            return await response.Content.ReadAsStringAsync(cancellationToken);
        }

        public Task IsAsync(int status, CancellationToken cancellationToken) => Eventually.HoldsAsync(
            $"the answer is {status}",
            Limit,
            async token =>
            {
                using var response = await _gateway.Client.GetAsync("/x", token);
                return (int)response.StatusCode;
            },
            seen => seen == status,
            static seen => $"{seen}",
            cancellationToken);

        public async Task LoggedAsync(string text, int times, CancellationToken cancellationToken)
        {
            var lines = await Eventually.HoldsAsync(
                $"'{text}' is logged",
                Limit,
                _ => Task.FromResult(Log.Lines.Where(l => l.Contains(text, StringComparison.Ordinal)).ToList()),
                lines => lines.Count >= times,
                _ => string.Join(Environment.NewLine, Log.Lines),
                cancellationToken);
            Assert.HasCount(times, lines, string.Join(Environment.NewLine, lines));
        }

        public async ValueTask DisposeAsync()
        {
            // First who asks: the gateway's open queries end with it.
            await _gateway.DisposeAsync();
            await Consul.DisposeAsync();
            await _right.DisposeAsync();
            Log.Dispose();
        }
    }
}
