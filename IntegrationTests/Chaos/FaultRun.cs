using System.Diagnostics;
using XoeNovAi.IntegrationTests.Harness.Faults;

namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>Does to a stack what a schedule says.</summary>
internal sealed class FaultRun(Stack stack)
{
    private static readonly TimeSpan StateLimit = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Each fault begins at its time, or as soon as there are not too many and its target is out of the last one: the machine may be slower
    /// than the plan.
    /// </summary>
    /// <returns>What has happened, when all of it is over.</returns>
    public async Task<IReadOnlyList<FaultInForce>> RunAsync(IReadOnlyList<PlannedFault> schedule, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var last = new Dictionary<string, Task>(StringComparer.Ordinal);
        var all = new List<Task<FaultInForce>>();
        using var places = new SemaphoreSlim(FaultSchedule.MostAtOnce);
        try
        {
            foreach (var fault in schedule)
            {
                if (fault.Begin - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } early)
                {
                    await Task.Delay(early, cancellationToken);
                }

                await last.GetValueOrDefault(fault.Target, Task.CompletedTask);
                await places.WaitAsync(cancellationToken);
                var happening = HappenAsync(fault, places, cancellationToken);
                last[fault.Target] = happening;
                all.Add(happening);
            }

            return await Task.WhenAll(all);
        }
        finally
        {
            // Whatever it was that ended it, nothing is left frozen or cut off.
            await ((Task)Task.WhenAll(all)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<FaultInForce> HappenAsync(PlannedFault fault, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        try
        {
            var from = TimeProvider.System.GetUtcNow();
            switch (fault.Kind)
            {
                case FaultKind.Kill:
                    return new(fault, from, await KillAsync(fault, cancellationToken));
                case FaultKind.Freeze:
                    await using (await Freeze.StartAsync(stack, fault.Target, cancellationToken))
                    {
                        await Task.Delay(fault.Length, cancellationToken);
                    }

                    break;
                default:
                    await using (await PacketFault.CutOffAsync(stack, await stack.ProcessIdOfAsync(fault.Target, cancellationToken), cancellationToken))
                    {
                        await Task.Delay(fault.Length, cancellationToken);
                    }

                    break;
            }

            return new(fault, from, TimeProvider.System.GetUtcNow());
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<DateTimeOffset> KillAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        await stack.Podman.RunAsync(["kill", stack.ContainerIdOf(fault.Target)], cancellationToken);
        await stack.Commands.EndedAsync(fault.Target, StateLimit, cancellationToken);
        await Task.Delay(fault.Length, cancellationToken);

        // Whether it is well then is not asked here: what it needs may be broken just now.
        var result = await stack.Application.ResourceCommands.ExecuteCommandAsync(fault.Target, KnownResourceCommands.StartCommand, cancellationToken);
        Assert.IsTrue(result.Success, $"'{fault.Target}' does not start again: {result.Message}");
        var to = TimeProvider.System.GetUtcNow();
        await stack.Application.ResourceNotifications.WaitForResourceAsync(fault.Target, KnownResourceStates.Running, cancellationToken).WaitAsync(StateLimit, cancellationToken);
        return to;
    }
}
