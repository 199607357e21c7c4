using Microsoft.Extensions.Primitives;

namespace XoeNovAi.Gateway.Configuration;

/// <summary>The settings as they are now. What is wrong when it changes is said and not taken over.</summary>
internal sealed class GatewaySettings : IDisposable
{
    private readonly IConfiguration _configuration;
    private readonly ILogger<GatewaySettings> _logger;
    private readonly IDisposable _subscription;
    private readonly Lock _gate = new();
    private volatile GatewayOptions _current;
    private CancellationTokenSource _change = new();

    public GatewaySettings(IConfiguration configuration, GatewayOptions first, ILogger<GatewaySettings> logger)
    {
        _configuration = configuration;
        _current = first;
        _logger = logger;
        _subscription = Microsoft.Extensions.Primitives.ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    /// <summary>Raised when <see cref="Current"/> is another.</summary>
    public event Action? Changed;

    public GatewayOptions Current => _current;

    /// <summary>A token for those who want one instead of the event.</summary>
    public IChangeToken ChangeToken()
    {
        lock (_gate)
        {
            return new CancellationChangeToken(_change.Token);
        }
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _change.Dispose();
    }

    private void Reload()
    {
        CancellationTokenSource old;
        lock (_gate)
        {
            try
            {
                _current = GatewayOptionsReader.Read(_configuration);
            }
            catch (GatewayConfigurationException exception)
            {
                _logger.LogError("The changed settings are not taken over: {Problem}", exception.Message);
                return;
            }

            _logger.LogInformation("The changed settings are in use, {Routes} routes", _current.Routes.Count);
            (old, _change) = (_change, new CancellationTokenSource());
        }

        old.Cancel();
        old.Dispose();
        Changed?.Invoke();
    }
}
