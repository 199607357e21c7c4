using System.Threading.Channels;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Primitives;
using XoeNovAi.ServiceDefaults.Lifetime;
using Yarp.ReverseProxy.Configuration;

namespace XoeNovAi.Gateway.Configuration;

/// <summary>Takes changed settings over when they are right, and says what is wrong with them when they are not.</summary>
internal sealed class SettingsReload(IConfiguration configuration, GatewaySettings settings, IConfigValidator validator, TimeProvider time, ILogger<SettingsReload> logger)
    : SupervisedService(time, logger)
{
    // One that comes later counts from when it was taken over.
    private IReadOnlyList<JsonConfigurationProvider> _files = [];

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        _files = [.. _files.Union(ConfigurationFiles.In(configuration))];

        // What changes while settings are checked is seen afterwards, once.
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = ChangeToken.OnChange(configuration.GetReloadToken, () => changes.Writer.TryWrite(true));
        await foreach (var _ in changes.Reader.ReadAllAsync(stoppingToken))
        {
            await ReloadAsync();
        }
    }

    private async Task ReloadAsync()
    {
        try
        {
            ConfigurationFiles.Check(_files);
            var options = GatewayOptionsReader.Read(configuration);
            GatewayOptionsReader.CheckNames(configuration, options, settings.First);
            await ReverseProxyReader.CheckAsync(configuration, options, validator);
            settings.Replace(options, configuration.GetSection(ReverseProxyReader.Section));
            _files = [.. _files.Union(ConfigurationFiles.In(configuration))];
            logger.LogInformation("The changed settings are in use");
        }
        catch (GatewayConfigurationException exception)
        {
            logger.LogError("The changed settings are not taken over: {Problem}", exception.Message);
        }
    }
}
