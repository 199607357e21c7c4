using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.Registration;

/// <summary>Keeps this service registered from the moment it listens until it stops.</summary>
internal sealed class ConsulRegistrar(
    ConsulClient consul,
    ServiceRegistration registration,
    TimeSpan drainTime,
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
        _loop = Task.Run(() => ConsulRetries.KeepAsync(nameof(ConsulRegistrar), StayRegisteredAsync, logger, time, _stopping.Token), CancellationToken.None);
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
            await consul.Agent.DeregisterAsync(registration.Id, limit.Token);
            logger.LogInformation("{ServiceId} has left Consul", registration.Id);
            await Task.Delay(drainTime, time, cancellationToken);
        }
        catch (Exception exception) when (exception is ConsulException or OperationCanceledException)
        {
            logger.LogWarning("{ServiceId} could not leave Consul, which will find it critical: {Reason}", registration.Id, exception.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private async Task StayRegisteredAsync(CancellationToken cancellationToken)
    {
        var untilAnswered = ConsulRetries.UntilAnswered(time, (exception, number) =>
        {
            if (number == 0)
            {
                logger.LogWarning("{ServiceId} keeps trying to register: {Reason}", registration.Id, exception.Message);
            }
        });
        while (true)
        {
            await untilAnswered.ExecuteAsync(RegisterAsync, cancellationToken);
            logger.LogInformation("{ServiceId} is registered in Consul at {Address}:{Port}", registration.Id, registration.Address, registration.Port);

            // Consul may be away in between without forgetting: registering again would reset the check.
            RegisteredService? known = null;
            do
            {
                known = await untilAnswered.ExecuteAsync(async token => await consul.Agent.WaitForServiceAsync(registration.Id, known?.Hash, AgentWait, token), cancellationToken);
            }
            while (known is not null);

            logger.LogWarning("Consul no longer knows {ServiceId}; registering it again", registration.Id);
        }
    }

    // Consul takes the new address over before it drops the checks of the old one, which for a moment would count against it.
    private async ValueTask RegisterAsync(CancellationToken cancellationToken)
    {
        var known = await consul.Agent.WaitForServiceAsync(registration.Id, null, TimeSpan.Zero, cancellationToken);
        if (known is not null && (known.Address, known.Port) != (registration.Address, registration.Port))
        {
            await consul.Agent.DeregisterAsync(registration.Id, cancellationToken);
        }

        await consul.Agent.RegisterAsync(registration, cancellationToken);
    }
}
