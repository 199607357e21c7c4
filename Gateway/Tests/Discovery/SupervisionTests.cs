using XoeNovAi.ServiceDefaults.Lifetime;

namespace XoeNovAi.Gateway.Tests.Discovery;

/// <summary>No loop of a service ends unobserved.</summary>
[TestClass]
public sealed class SupervisionTests : GatewayTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [TestMethod]
    [Scenario("FLT-03")]
    public async Task What_ends_unexpectedly_is_an_error_in_the_log_and_begins_again()
    {
        using var log = new LogLines();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var begun = 0;
        var kept = Supervision.KeepAsync("The loop", RunAsync, log, TimeProvider.System, stop.Token);
        await Eventually.HoldsAsync("it has begun four times", Limit, _ => Task.FromResult(begun), static times => times == 4, static times => $"{times}", Cancel);

        Assert.HasCount(3, log.Lines, string.Join(Environment.NewLine, log.Lines));
        Assert.IsTrue(log.Lines.All(static l => l == "Error: The loop has ended unexpectedly and begins again"), string.Join(Environment.NewLine, log.Lines));
        await stop.CancelAsync();
        await kept.WaitAsync(Limit, Cancel);
        Assert.HasCount(3, log.Lines, "the end of the service is none of the kind");

        // Before its first wait, after it, and by a cancellation that is not the service's end.
        async Task RunAsync(CancellationToken stopping)
        {
            switch (Interlocked.Increment(ref begun))
            {
                case 1:
                    throw new FormatException();
                case 2:
                    await Task.Yield();
                    throw new InvalidOperationException();
                case 3:
                    throw new TaskCanceledException();
                default:
                    await Task.Delay(Timeout.Infinite, stopping);
                    break;
            }
        }
    }

    [TestMethod]
    [Scenario("FLT-03")]
    public async Task What_has_done_its_work_is_not_begun_again()
    {
        using var log = new LogLines();
        var begun = 0;
        await Supervision.KeepAsync("The work", _ => Task.FromResult(begun++), log, TimeProvider.System, Cancel).WaitAsync(Limit, Cancel);
        Assert.AreEqual(1, begun);
        Assert.IsEmpty(log.Lines);
    }
}
