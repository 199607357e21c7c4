using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace XoeNovAi.Hosting.Consul;

/// <summary>The tokens in a running Consul, and who may call whom. Whatever was done before, and by whom, what is missing is added.</summary>
/// <param name="client">Asks its HTTP API.</param>
/// <param name="access">Who may do what.</param>
internal sealed class ConsulTokens(HttpClient client, ConsulAccessControl access)
{
    private const string TokenHeader = "X-Consul-Token";

    // The token of those who have none: https://developer.hashicorp.com/consul/docs/security/acl/tokens
    private const string AnonymousToken = "00000000-0000-0000-0000-000000000002";
    private const string LookUp = "look-up";
    private const string Intentions = "v1/connect/intentions";
    private static readonly JsonSerializerOptions AsWritten = new() { PropertyNamingPolicy = null };

    /// <summary>Returns when Consul knows all tokens.</summary>
    /// <exception cref="HttpRequestException">It cannot be reached, or does not accept one yet.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        // The last is told last: when it is known, all are.
        if (access.Tokens.Count > 0 && await KnowsAsync(access.Tokens[^1], cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var policies = await ReadPoliciesAsync(cancellationToken).ConfigureAwait(false);
        await PutPolicyAsync(LookUp, """service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }""", policies, cancellationToken).ConfigureAwait(false);
        await PutAsync($"v1/acl/token/{AnonymousToken}", new { Description = "Whoever has no token", Policies = (object[])[new { Name = LookUp }] }, cancellationToken).ConfigureAwait(false);
        await AllowAsync(cancellationToken).ConfigureAwait(false);
        foreach (var token in access.Tokens)
        {
            if (!await KnowsAsync(token, cancellationToken).ConfigureAwait(false))
            {
                await AddAsync(token, policies, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // What is there already stays as it is, whoever has changed it.
    private async Task AllowAsync(CancellationToken cancellationToken)
    {
        if (access.Intentions.Count == 0)
        {
            return;
        }

        using var response = await SendAsync(HttpMethod.Get, Intentions, null, cancellationToken).ConfigureAwait(false);
        using var listed = await response.Content.ReadFromJsonAsync<JsonDocument>(cancellationToken).ConfigureAwait(false);
        var existing = listed!.RootElement.ValueKind == JsonValueKind.Null
            ? []
            : listed.RootElement.EnumerateArray().Select(static i => new ConsulIntention(i.GetProperty("SourceName").GetString()!, i.GetProperty("DestinationName").GetString()!)).ToHashSet();
        foreach (var intention in access.Intentions.Except(existing))
        {
            // In 1.9 and later this is the older of two ways; it is the one that every version knows.
            using var content = JsonContent.Create(new { SourceName = intention.Source, DestinationName = intention.Destination, Action = "allow" }, options: AsWritten);
            (await SendAsync(HttpMethod.Post, Intentions, content, cancellationToken).ConfigureAwait(false)).Dispose();
        }
    }

    private async Task AddAsync(ConsulToken token, IReadOnlyDictionary<string, string> policies, CancellationToken cancellationToken)
    {
        List<object> further = [];
        if (token.Rules.Count > 0)
        {
            var policy = $"rules-{token.Service}";
            await PutPolicyAsync(policy, string.Join('\n', token.Rules), policies, cancellationToken).ConfigureAwait(false);
            further.Add(new { Name = policy });
        }

        var secret = await token.Secret.GetValueAsync(cancellationToken).ConfigureAwait(false);
        await PutAsync("v1/acl/token", new { SecretID = secret, Description = token.Service, ServiceIdentities = (object[])[new { ServiceName = token.Service }], Policies = further }, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> KnowsAsync(ConsulToken token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "v1/acl/token/self");
        request.Headers.Add(TokenHeader, await token.Secret.GetValueAsync(cancellationToken).ConfigureAwait(false));
        using var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.OK;
    }

    private async Task<IReadOnlyDictionary<string, string>> ReadPoliciesAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "v1/acl/policies", null, cancellationToken).ConfigureAwait(false);
        using var policies = await response.Content.ReadFromJsonAsync<JsonDocument>(cancellationToken).ConfigureAwait(false);
        return policies!.RootElement.EnumerateArray().ToDictionary(static p => p.GetProperty("Name").GetString()!, static p => p.GetProperty("ID").GetString()!);
    }

    private Task PutPolicyAsync(string name, string rules, IReadOnlyDictionary<string, string> existing, CancellationToken cancellationToken)
        => PutAsync(existing.TryGetValue(name, out var id) ? $"v1/acl/policy/{id}" : "v1/acl/policy", new { Name = name, Rules = rules }, cancellationToken);

    private async Task PutAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(body, options: AsWritten);
        (await SendAsync(HttpMethod.Put, path, content, cancellationToken).ConfigureAwait(false)).Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add(TokenHeader, await access.ManagementToken.GetValueAsync(cancellationToken).ConfigureAwait(false));
        var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new HttpRequestException($"{method} /{path} answered {(int)response.StatusCode}: {(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)).Trim()}");
        }
    }
}
