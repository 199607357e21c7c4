using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;

namespace XoeNovAi.Hosting.Tests.Eventing;

[TestClass]
public sealed class EventingTests
{
    private readonly DistributedApplicationEventing _eventing = new();

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    public async Task Subscribers_are_called_in_turn_and_waited_for()
    {
        var first = new TaskCompletionSource();
        var called = new List<int>();
        _eventing.Subscribe<Happened>(async (_, _) =>
        {
            await first.Task;
            called.Add(1);
        });
        _eventing.Subscribe<Happened>((_, _) =>
        {
            called.Add(2);
            return Task.CompletedTask;
        });

        var publishing = _eventing.PublishAsync(new Happened(), Cancelled);
        Assert.IsEmpty(called);
        first.SetResult();
        await publishing;

        int[] expected = [1, 2];
        CollectionAssert.AreEqual(expected, called);
    }

    [TestMethod]
    public async Task The_first_failure_keeps_the_next_from_being_called_and_reaches_the_publisher()
    {
        var called = false;
        _eventing.Subscribe<Happened>((_, _) => throw new InvalidOperationException("first"));
        _eventing.Subscribe<Happened>((_, _) =>
        {
            called = true;
            return Task.CompletedTask;
        });

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => _eventing.PublishAsync(new Happened(), Cancelled));

        Assert.IsFalse(called);
    }

    [TestMethod]
    public async Task Called_at_once_one_does_not_wait_for_the_other()
    {
        var second = new TaskCompletionSource();
        _eventing.Subscribe<Happened>((_, _) => second.Task);
        _eventing.Subscribe<Happened>((_, _) =>
        {
            second.SetResult();
            return Task.CompletedTask;
        });

        await _eventing.PublishAsync(new Happened(), EventDispatchBehavior.BlockingConcurrent, Cancelled).WaitAsync(Cancelled);
    }

    [TestMethod]
    [DataRow(EventDispatchBehavior.NonBlockingConcurrent)]
    [DataRow(EventDispatchBehavior.NonBlockingSequential)]
    public async Task A_publisher_that_does_not_wait_is_neither_held_up_nor_failed(EventDispatchBehavior behavior)
    {
        using var release = new ManualResetEventSlim();
        var called = new TaskCompletionSource();
        _eventing.Subscribe<Happened>((_, token) =>
        {
            // Holds its thread, as a careless subscriber may.
            release.Wait(token);
            called.SetResult();
            throw new InvalidOperationException("nobody waits for this");
        });

        await _eventing.PublishAsync(new Happened(), behavior, Cancelled);
        Assert.IsFalse(called.Task.IsCompleted);
        release.Set();

        await called.Task.WaitAsync(Cancelled);
    }

    [TestMethod]
    public async Task A_resources_event_reaches_those_who_asked_for_it_or_for_all()
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        var (one, other) = (new ContainerResource("one"), new ContainerResource("other"));
        var heard = new List<string>();
        _eventing.Subscribe<ResourceReadyEvent>(one, (e, _) => Hear(heard, $"one: {e.Resource.Name}"));
        _eventing.Subscribe<ResourceReadyEvent>((e, _) => Hear(heard, $"all: {e.Resource.Name}"));

        await _eventing.PublishAsync(new ResourceReadyEvent(other, services), Cancelled);
        await _eventing.PublishAsync(new ResourceReadyEvent(one, services), Cancelled);

        string[] expected = ["all: other", "one: one", "all: one"];
        CollectionAssert.AreEqual(expected, heard);
    }

    [TestMethod]
    public async Task A_subscription_that_has_ended_is_not_called()
    {
        var heard = new List<string>();
        var subscription = _eventing.Subscribe<Happened>((_, _) => Hear(heard, "called"));

        _eventing.Unsubscribe(subscription);
        await _eventing.PublishAsync(new Happened(), Cancelled);

        Assert.IsEmpty(heard);
    }

    private static Task Hear(List<string> heard, string what)
    {
        heard.Add(what);
        return Task.CompletedTask;
    }

    private sealed record Happened : IDistributedApplicationEvent;
}
