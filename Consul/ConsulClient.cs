using XoeNovAi.Consul.Access;
using XoeNovAi.Consul.Client;
using XoeNovAi.Consul.Connect;
using XoeNovAi.Consul.Discovery;
using XoeNovAi.Consul.KeyValues;
using XoeNovAi.Consul.Leadership;
using XoeNovAi.Consul.Registration;

namespace XoeNovAi.Consul;

/// <summary>
/// The part of Consul's HTTP API that the stack uses. A call is one request with a deadline, and fails with a <see cref="ConsulException"/>;
/// what has to go on without Consul, such as <see cref="ServiceCatalog"/>, tries again by itself.
/// </summary>
public sealed class ConsulClient : IDisposable
{
    private readonly ConsulTransport _transport;

    /// <param name="options">Which Consul, and as whom.</param>
    public ConsulClient(ConsulClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"'{options.Address}' is no address of Consul's HTTP API. Write it like http://consul:8500.", nameof(options));
        }

        _transport = new(options);
        Access = new(_transport);
        Agent = new(_transport);
        Catalog = new(_transport);
        Connect = new(_transport);
        Health = new(_transport);
        Keys = new(_transport);
        Sessions = new(_transport);
    }

    /// <summary>Where it is.</summary>
    public Uri Address => _transport.Address;

    /// <summary>Who may do what.</summary>
    public ConsulAccess Access { get; }

    /// <summary>The services of the agent that is asked.</summary>
    public ConsulAgent Agent { get; }

    /// <summary>All nodes and services.</summary>
    public ConsulCatalog Catalog { get; }

    /// <summary>The mesh.</summary>
    public ConsulConnect Connect { get; }

    /// <summary>Services with the state of their checks.</summary>
    public ConsulHealth Health { get; }

    /// <summary>Keys and their values.</summary>
    public ConsulKeys Keys { get; }

    /// <summary>Sessions, which hold keys for as long as their owner lives.</summary>
    public ConsulSessions Sessions { get; }

    /// <inheritdoc />
    public void Dispose() => _transport.Dispose();
}
