using Microsoft.Extensions.Primitives;

namespace XoeNovAi.Gateway.Configuration;

/// <summary>The settings as they were last right: those of the gateway, and YARP's section.</summary>
internal sealed class GatewaySettings : IDisposable
{
    private readonly CheckedSection _proxy = new();
    private readonly Lock _gate = new();
    private volatile GatewayOptions _current;
    private CancellationTokenSource _change = new();

    /// <param name="first">The settings of the start.</param>
    /// <param name="proxy">The section <see cref="ReverseProxyReader.Section"/> of the start.</param>
    public GatewaySettings(GatewayOptions first, IConfigurationSection proxy)
    {
        First = first;
        _current = first;
        _proxy.Replace(proxy);
        Proxy = new ConfigurationBuilder().Add(_proxy).Build().GetSection(ReverseProxyReader.Section);
    }

    /// <summary>Those of the start.</summary>
    public GatewayOptions First { get; }

    public GatewayOptions Current => _current;

    /// <summary>What YARP is to read: never what it would have to refuse, after which it would follow no change of destinations either.</summary>
    public IConfigurationSection Proxy { get; }

    /// <summary>Says when <see cref="Current"/> is another.</summary>
    public IChangeToken ChangeToken()
    {
        lock (_gate)
        {
            return new CancellationChangeToken(_change.Token);
        }
    }

    public void Replace(GatewayOptions options, IConfigurationSection proxy)
    {
        CancellationTokenSource old;
        lock (_gate)
        {
            _current = options;
            (old, _change) = (_change, new CancellationTokenSource());
        }

        old.Cancel();
        old.Dispose();
        _proxy.Replace(proxy);
    }

    public void Dispose() => _change.Dispose();
}
