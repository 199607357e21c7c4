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
    public async Task<ServiceFault> SetAsync(string resource, string faults, CancellationToken cancellationToken)
    {
        await SendAsync(resource, "PUT", $"/?{faults}", cancellationToken);
        return new(() => SendAsync(resource, "DELETE", "/", CancellationToken.None));
    }

    /// <summary>Ends the main process at once, without a goodbye.</summary>
    public async Task CrashAsync(string resource, CancellationToken cancellationToken)
        => await stack.HttpFromAsync(resource, "POST", "127.0.0.1", Port, "/crash", cancellationToken);

    private async Task SendAsync(string resource, string method, string target, CancellationToken cancellationToken)
    {
        var answer = await stack.HttpFromAsync(resource, method, "127.0.0.1", Port, target, cancellationToken);
        if (!answer.StartsWith("HTTP/1.1 204", StringComparison.Ordinal))
        {
            throw new StackException($"'{resource}' did not take the fault '{method} {target}': {answer}");
        }
    }
}
