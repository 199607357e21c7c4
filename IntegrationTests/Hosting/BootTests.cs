namespace XoeNovAi.IntegrationTests.Hosting;

[TestClass]
[TestCategory("Quick")]
public sealed class BootTests : StackTest
{
    [TestMethod]
    [Scenario("HOST-02")]
    public async Task None_starts_before_what_it_waits_for_is_healthy()
    {
        var changes = Stack.States.Changes;
        var waits = Stack.Application.Services.GetRequiredService<DistributedApplicationModel>().Resources
            .SelectMany(static r => r.Annotations.OfType<WaitAnnotation>().Where(static w => w.WaitType == WaitType.WaitUntilHealthy).Select(w => (Waiter: r, w.Resource)))
            .Where(w => changes.Any(c => c.Resource == w.Waiter) && w.Resource is not IResourceWithParent)
            .ToList();
        Assert.IsGreaterThan(10, waits.Count, "The model says who waits for whom.");
        foreach (var (waiter, awaited) in waits)
        {
            var healthy = changes.Index().First(c => c.Item.Resource == awaited && c.Item.IsHealthy).Index;

            // It is said to be starting for a moment before it begins to wait.
            var steps = changes.Index().Where(c => c.Item.Resource == waiter).TakeWhile(static c => c.Item.State != KnownResourceStates.Running).ToList();
            var waited = steps.FindLastIndex(static c => c.Item.State == KnownResourceStates.Waiting);
            var started = waited >= 0 && waited + 1 < steps.Count ? steps[waited + 1].Index : changes.Index().First(c => c.Item.Resource == waiter && c.Item.State == KnownResourceStates.Running).Index;
            Assert.IsGreaterThan(healthy, started, $"{waiter.Name} waits for {awaited.Name}: {changes[started]} came before {changes[healthy]}");
        }

        var path = Path.Combine(AppContext.BaseDirectory, "pictures", "boot.svg");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, BootPicture.Draw(changes), Cancel);
        TestContext.AddResultFile(path);
    }
}
