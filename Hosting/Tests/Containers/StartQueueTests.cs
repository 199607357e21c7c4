using XoeNovAi.Hosting.Podman.Containers;

namespace XoeNovAi.Hosting.Tests.Containers;

/// <summary>In which order containers are made.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class StartQueueTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task Who_is_waited_for_by_the_longest_chain_comes_first()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var alone = builder.AddContainer("alone", "image");
        var first = builder.AddContainer("first", "image");
        var second = builder.AddContainer("second", "image").WaitFor(first);
        builder.AddContainer("third", "image").WaitFor(second);
        var queue = new StartQueue(new DistributedApplicationModel(builder.Resources));
        var places = await FillAsync(queue, alone.Resource);

        var last = queue.EnterAsync(alone.Resource, Cancelled);
        var middle = queue.EnterAsync(second.Resource, Cancelled);
        var front = queue.EnterAsync(first.Resource, Cancelled);
        Assert.IsFalse(last.IsCompleted || middle.IsCompleted || front.IsCompleted, "All places are taken.");

        places[0].Dispose();
        (await front.WaitAsync(Cancelled)).Dispose();
        (await middle.WaitAsync(Cancelled)).Dispose();
        (await last.WaitAsync(Cancelled)).Dispose();
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task Who_gives_up_takes_no_place()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var resource = builder.AddContainer("one", "image").Resource;
        var queue = new StartQueue(new DistributedApplicationModel(builder.Resources));
        var places = await FillAsync(queue, resource);
        using var giving = new CancellationTokenSource();
        var impatient = queue.EnterAsync(resource, giving.Token);
        var patient = queue.EnterAsync(resource, Cancelled);

        await giving.CancelAsync();
        await Assert.ThrowsExactlyAsync<TaskCanceledException>(() => impatient);
        places[0].Dispose();
        places[0].Dispose();
        using var place = await patient.WaitAsync(Cancelled);

        Assert.IsFalse(queue.EnterAsync(resource, Cancelled).IsCompleted, "A place that is given back twice is one place.");
    }

    private async Task<List<IDisposable>> FillAsync(StartQueue queue, IResource resource)
    {
        var places = new List<IDisposable>();
        for (var i = 0; i < StartQueue.Places; i++)
        {
            places.Add(await queue.EnterAsync(resource, Cancelled));
        }

        return places;
    }
}
