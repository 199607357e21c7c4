namespace XoeNovAi.IntegrationTests.Harness.Faults;

/// <summary>
/// Makes services sick, slow or crash, by the switch each has on its container's own loopback: only who may enter the
/// container's network namespace, as Podman's user may, reaches it.
/// </summary>
internal sealed class ServiceFaults(Stack stack)
{
    private const int Port = 9009;

    /// <summary>Switches faults on; disposing switches them off.</summary>
    /// <param name="resource">The container.</param>
    /// <param name="faults">What goes wrong, e.g. <c>health=503&amp;delay_ms=200</c>; docs/services.md lists what there is.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<ServiceFault> SetAsync(string resource, string faults, CancellationToken cancellationToken)
        => SetAsync(resource, token => stack.ProcessIdOfAsync(resource, token), faults, cancellationToken);

    /// <summary>The same of an instance the test has added.</summary>
    public Task<ServiceFault> SetAsync(ExtraInstance instance, string faults, CancellationToken cancellationToken)
        => SetAsync(instance.Container, _ => Task.FromResult(instance.ProcessId), faults, cancellationToken);

    /// <summary>Ends the main process at once, without a goodbye.</summary>
    public async Task CrashAsync(string resource, CancellationToken cancellationToken)
        => await stack.HttpFromAsync(resource, "POST", "127.0.0.1", Port, "/crash", cancellationToken);

    private async Task<ServiceFault> SetAsync(string name, Func<CancellationToken, Task<int>> process, string faults, CancellationToken cancellationToken)
    {
        await SendAsync(name, process, "PUT", $"/?{faults}", cancellationToken);
        return new(() => SendAsync(name, process, "DELETE", "/", CancellationToken.None));
    }

    private async Task SendAsync(string name, Func<CancellationToken, Task<int>> process, string method, string target, CancellationToken cancellationToken)
    {
        var answer = await stack.HttpFromAsync(await process(cancellationToken), method, "127.0.0.1", Port, target, cancellationToken);
        if (!answer.StartsWith("HTTP/1.1 204", StringComparison.Ordinal))
        {
            throw new StackException($"'{name}' did not take the fault '{method} {target}': {answer}");
        }
    }
}
