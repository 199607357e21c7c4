using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace XoeNovAi.ServiceDefaults.Consul;

internal sealed class NoConsulNotice(ILogger<NoConsulNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        logger.LogWarning("ConnectionStrings:consul is not set: this service is not registered and finds no other");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
