using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using XoeNovAi.Consul.Client;
using XoeNovAi.Consul.Discovery;

namespace XoeNovAi.IntegrationTests.Harness.Consul;

/// <summary>Consul as the tests ask it: by blocking queries where something is waited for.</summary>
internal sealed class ConsulApi : IDisposable
{
    private const string TestNode = "integration-tests";
    private static readonly JsonSerializerOptions AsWritten = new() { PropertyNamingPolicy = null };
    private readonly ConsulClient _consul;
    private readonly HttpClient _anybody;

    /// <param name="address">Where its HTTP API is.</param>
    /// <param name="token">What allows more than looking up services.</param>
    /// <param name="authority">The certificate, as PEM, of whoever vouches for it; null when it speaks plain HTTP.</param>
    public ConsulApi(Uri address, string? token = null, string? authority = null)
    {
        _consul = new(new(address) { Token = token, Authorities = authority is null ? null : [X509Certificate2.CreateFromPem(authority)] });
        _anybody = new(CreateHandler(authority)) { BaseAddress = address };
        if (token is not null)
        {
            _anybody.DefaultRequestHeaders.Add("X-Consul-Token", token);
        }
    }

    /// <summary>All instances of a service, passing or not.</summary>
    public async Task<IReadOnlyList<HealthEntry>> InstancesAsync(string service, CancellationToken cancellationToken)
        => (await _consul.Health.InstancesAsync(service, null, default, cancellationToken)).Value;

    /// <summary>The names of all services.</summary>
    public async Task<IReadOnlyList<string>> ServicesAsync(CancellationToken cancellationToken)
        => [.. (await _consul.Catalog.ServicesAsync(default, cancellationToken)).Value.Keys];

    /// <summary>Waits until the instances of a service are as they should be, told by Consul of each change.</summary>
    /// <param name="awaited">What is waited for, for the message.</param>
    /// <param name="service">The service.</param>
    /// <param name="holds">Whether its instances are as they should be.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<HealthEntry>> WaitForAsync(string awaited, string service, Func<IReadOnlyList<HealthEntry>, bool> holds, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        IReadOnlyList<HealthEntry> last = [];
        try
        {
            for (ulong index = 0; ;)
            {
                (last, index) = await _consul.Health.InstancesAsync(service, null, new(index, limit), deadline.Token);
                if (holds(last))
                {
                    return last;
                }

                index = Math.Max(index, 1);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seen = last.Count == 0 ? "none" : string.Join(", ", last.Select(static e => $"{e.Service.Id} {string.Join('/', e.Checks.Select(static c => c.Status))}"));
            throw new AssertFailedException($"{awaited}: not within {limit.TotalSeconds:0.###} s. Consul's instances of {service}: {seen}");
        }
    }

    /// <summary>
    /// Registers an instance at another's address, straight in the catalog and without a check: it is there when this
    /// returns, and nobody else's agent removes it. Disposing takes it out again.
    /// </summary>
    public async Task<ConsulLease> RegisterAsync(string service, string id, string host, int port, CancellationToken cancellationToken)
    {
        await _consul.Catalog.RegisterAsync(new(TestNode, host, new CatalogService(id, service, host, port)), cancellationToken);
        return new(() => _consul.Catalog.DeregisterAsync(TestNode, id, CancellationToken.None));
    }

    /// <summary>Writes a key; disposing removes it.</summary>
    public async Task<ConsulLease> PutKeyAsync(string key, string value, CancellationToken cancellationToken)
    {
        await _consul.Keys.PutAsync(key, Encoding.UTF8.GetBytes(value), null, cancellationToken);
        return new(() => _consul.Keys.DeleteAsync(key, false, CancellationToken.None));
    }

    /// <summary>Sends any request, as anybody could, and gives whatever is answered.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: AsWritten) };
        return await _anybody.SendAsync(request, cancellationToken);
    }

    /// <summary>A handler that trusts Consul's authority and nobody else.</summary>
    public static SocketsHttpHandler CreateHandler(string? authority)
    {
        var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null, UseProxy = false };
        if (authority is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { X509Certificate2.CreateFromPem(authority) } };
        }

        return handler;
    }

    public void Dispose()
    {
        _anybody.Dispose();
        _consul.Dispose();
    }
}
