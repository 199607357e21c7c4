using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using XoeNovAi.ServiceDefaults.Lifetime;

namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>Keeps this service registered from the moment it listens until it stops.</summary>
internal sealed class ConsulRegistrar(
    ConsulClient consul,
    AgentServiceRegistration registration,
    DiscoveryOptions options,
    TimeProvider time,
    ILogger<ConsulRegistrar> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan AgentWait = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan DeregisterLimit = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Everything else has started by now, the listener included: the address that is registered answers.
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _loop = Task.Run(() => Supervision.KeepAsync(nameof(ConsulRegistrar), StayRegisteredAsync, logger, time, _stopping.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _loop;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(DeregisterLimit);
        try
        {
            await consul.DeregisterAsync(registration.ID, limit.Token);
            logger.LogInformation("{ServiceId} has left Consul", registration.ID);
            await Task.Delay(options.DrainTime, time, cancellationToken);
        }
        catch (Exception exception) when (exception is ConsulException or OperationCanceledException)
        {
            logger.LogWarning("{ServiceId} could not leave Consul, which will find it critical: {Reason}", registration.ID, exception.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private async Task StayRegisteredAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(time);
        var registered = false;
        while (true)
        {
            try
            {
                // Consul may have been away without having forgotten: registering again would reset the check.
                if (!registered || await consul.WaitForAgentServiceAsync(registration.ID, null, TimeSpan.Zero, cancellationToken) is null)
                {
                    await consul.RegisterAsync(registration, cancellationToken);
                    registered = true;
                    logger.LogInformation("{ServiceId} is registered in Consul at {Address}:{Port}", registration.ID, registration.Address, registration.Port);
                }

                backoff.Reset();
                await WaitUntilLostAsync(cancellationToken);
                logger.LogWarning("Consul no longer knows {ServiceId}; registering it again", registration.ID);
            }
            catch (ConsulException exception)
            {
                if (!backoff.InUse)
                {
                    logger.LogWarning("{ServiceId} keeps trying to register: {Reason}", registration.ID, exception.Message);
                }

                await backoff.WaitAsync(cancellationToken);
            }
        }
    }

    private async Task WaitUntilLostAsync(CancellationToken cancellationToken)
    {
        string? hash = null;
        do
        {
            hash = await consul.WaitForAgentServiceAsync(registration.ID, hash, AgentWait, cancellationToken);
        }
        while (hash is not null);
    }
}
