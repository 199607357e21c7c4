using XoeNovAi.Hosting.Podman.Containers;

namespace XoeNovAi.Hosting.Tests.Containers;

/// <summary>Which end is told of which container.</summary>
[TestClass]
public sealed class ContainerIncarnationTests
{
    private static readonly ContainerEvent _ofOther = new("other", "one-1", ContainerEvent.Died, 137, null);
    private static readonly ContainerEvent _ofIt = new("it", "one-1", ContainerEvent.Died, 7, null);

    [TestMethod]
    public async Task The_end_of_one_before_it_is_not_its_own_even_before_it_is_made()
    {
        using var incarnation = new ContainerIncarnation(CancellationToken.None);

        incarnation.Ended(_ofOther);
        Assert.IsFalse(incarnation.HasEnded);
        incarnation.Made(new("it", "/log"));
        incarnation.Ended(_ofOther);
        Assert.IsFalse(incarnation.HasEnded);
        Assert.IsFalse(incarnation.End.IsCancellationRequested);

        incarnation.Ended(_ofIt);
        Assert.AreEqual(7, (await incarnation.WaitForEndAsync()).ExitCode);
        Assert.IsTrue(incarnation.End.IsCancellationRequested);
    }

    [TestMethod]
    public void An_end_that_comes_before_podman_has_said_what_it_made_is_not_lost()
    {
        using var incarnation = new ContainerIncarnation(CancellationToken.None);

        incarnation.Ended(_ofIt);
        Assert.IsFalse(incarnation.HasEnded);
        incarnation.Made(new("it", "/log"));

        Assert.IsTrue(incarnation.HasEnded);
    }
}
