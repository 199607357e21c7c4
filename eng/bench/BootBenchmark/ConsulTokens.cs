using System.Security.Cryptography.X509Certificates;
using XoeNovAi.Consul;
using XoeNovAi.Consul.Access;
using XoeNovAi.Consul.Client;
using XoeNovAi.Hosting.Consul;

namespace XoeNovAi.BootBenchmark;

/// <summary>The tokens of the recorded services, told to a Consul that has just started.</summary>
internal sealed class ConsulTokens
{
    private readonly ConsulClientOptions _consul;
    private readonly Dictionary<string, string> _services = new(StringComparer.Ordinal);

    private ConsulTokens(ConsulClientOptions consul) => _consul = consul;

    public static async Task<ConsulTokens> OfAsync(ConsulResource consul, CancellationToken cancellationToken)
    {
        var tokens = new ConsulTokens(new(new($"{consul.PrimaryEndpoint.Scheme}://127.0.0.1:{RecordedContainer.PortOf(consul, "http")}"))
        {
            Token = await consul.ManagementToken!.GetValueAsync(cancellationToken),
            Authorities = consul.AuthorityPem is { } authority ? [X509Certificate2.CreateFromPem(authority)] : null,
        });
        foreach (var (service, token) in consul.Tokens)
        {
            tokens._services[service] = (await token.GetValueAsync(cancellationToken))!;
        }

        return tokens;
    }

    /// <summary>Tells them; false as long as Consul cannot be told, without a leader above all.</summary>
    public async Task<bool> AreKnownAsync(CancellationToken cancellationToken)
    {
        const string LookUp = "look-up";
        using var consul = new ConsulClient(_consul);
        try
        {
            await consul.Access.AddAsync(new(LookUp, """service_prefix "" { policy = "read" } node_prefix "" { policy = "read" } key_prefix "" { policy = "read" }"""), cancellationToken);
            await consul.Access.PutAsync(new("Whoever has no token") { Policies = [LookUp] }, ConsulAccess.Anonymous, cancellationToken);
            foreach (var (service, token) in _services)
            {
                await consul.Access.PutAsync(new(service) { Secret = token, Services = [service], Policies = [LookUp] }, null, cancellationToken);
            }

            return true;
        }
        catch (ConsulException)
        {
            return false;
        }
    }
}
