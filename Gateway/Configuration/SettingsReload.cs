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
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        var files = ConfigurationFiles.In(configuration);

        // What changes while settings are checked is seen afterwards, once.
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = ChangeToken.OnChange(configuration.GetReloadToken, () => changes.Writer.TryWrite(true));
        await foreach (var _ in changes.Reader.ReadAllAsync(stoppingToken))
        {
            await ReloadAsync(files);
        }
    }

    private async Task ReloadAsync(IReadOnlyList<JsonConfigurationProvider> files)
    {
        try
        {
            ConfigurationFiles.Check(files);
            var options = GatewayOptionsReader.Read(configuration);
            GatewayOptionsReader.CheckNames(configuration, options, settings.First);
            await ReverseProxyReader.CheckAsync(configuration, options, validator);
            settings.Replace(options, configuration.GetSection(ReverseProxyReader.Section));
            logger.LogInformation("The changed settings are in use");
        }
        catch (GatewayConfigurationException exception)
        {
            logger.LogError("The changed settings are not taken over: {Problem}", exception.Message);
        }
    }
}
