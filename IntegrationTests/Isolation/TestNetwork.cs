namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>An ordinary network that a test adds: with a way out, and not isolated from others. It carries the run's label.</summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    private readonly ObservedStack _stack;

    private TestNetwork(ObservedStack stack, string name)
    {
        _stack = stack;
        Name = name;
    }

    public string Name { get; }

    public static async Task<TestNetwork> CreateAsync(ObservedStack stack, CancellationToken cancellationToken)
    {
        var name = $"ordinary-{Guid.NewGuid():n}";
        await stack.Podman.RunAsync(["network", "create", "--label", $"io.xoe-novai.run={stack.RunId}", name], cancellationToken);
        return new(stack, name);
    }

    public async ValueTask DisposeAsync() => await _stack.Podman.RunAsync(["network", "rm", "-f", Name], CancellationToken.None);
}
