using System.Net.Http.Json;
using XoeNovAi.Hosting.Consul;

namespace XoeNovAi.BootBenchmark;

/// <summary>The tokens of the recorded services, told to a Consul that has just started.</summary>
internal sealed class ConsulTokens
{
    private readonly string _address;
    private readonly string _management;
    private readonly Dictionary<string, string> _services = new(StringComparer.Ordinal);

    private ConsulTokens(string address, string management)
    {
        _address = address;
        _management = management;
    }

    public static async Task<ConsulTokens> OfAsync(ConsulResource consul, CancellationToken cancellationToken)
    {
        var tokens = new ConsulTokens($"{consul.PrimaryEndpoint.Scheme}://127.0.0.1:{RecordedContainer.PortOf(consul, "http")}/v1", (await consul.ManagementToken!.GetValueAsync(cancellationToken))!);
        foreach (var (service, token) in consul.Tokens)
        {
            tokens._services[service] = (await token.GetValueAsync(cancellationToken))!;
        }

        return tokens;
    }

    /// <summary>Tells them; false as long as Consul has no leader.</summary>
    public async Task<bool> AreKnownAsync(HttpClient client, CancellationToken cancellationToken)
    {
        // Without a leader the answer is an empty name, in quotation marks.
        if ((await client.GetStringAsync(new Uri($"{_address}/status/leader"), cancellationToken)).Length <= 2)
        {
            return false;
        }

        const string LookUp = "look-up";
        await PutAsync(client, "policy", new { Name = LookUp, Rules = """service_prefix "" { policy = "read" } node_prefix "" { policy = "read" } key_prefix "" { policy = "read" }""" }, cancellationToken);
        await PutAsync(client, "token/00000000-0000-0000-0000-000000000002", new { Description = "Whoever has no token", Policies = (object[])[new { Name = LookUp }] }, cancellationToken);
        foreach (var (service, token) in _services)
        {
            await PutAsync(client, "token", new { SecretID = token, Description = service, ServiceIdentities = (object[])[new { ServiceName = service }], Policies = (object[])[new { Name = LookUp }] }, cancellationToken);
        }

        return true;
    }

    private async Task PutAsync(HttpClient client, string path, object body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"{_address}/acl/{path}"))
        {
            Content = JsonContent.Create(body, options: new() { PropertyNamingPolicy = null }),
            Headers = { { "X-Consul-Token", _management } },
        };
        using var response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
