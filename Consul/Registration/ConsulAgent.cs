using System.Net;
using System.Text.Json.Serialization;
using XoeNovAi.Consul.Client;

namespace XoeNovAi.Consul.Registration;

/// <summary>The services of one agent of Consul.</summary>
public sealed class ConsulAgent
{
    private readonly ConsulTransport _transport;

    internal ConsulAgent(ConsulTransport transport) => _transport = transport;

    /// <summary>Registers an instance, or replaces its registration with all its checks.</summary>
    /// <param name="registration">The instance.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when the agent knows it.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public Task RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        _transport.AskAsync(HttpMethod.Put, new ConsulPath("agent/service/register").With("replace-existing-checks", "true"), registration, ConsulJsonContext.Default.ServiceRegistration, cancellationToken);

    /// <summary>Takes an instance out.</summary>
    /// <param name="serviceId">Its id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when the agent has forgotten it.</returns>
    /// <exception cref="ConsulException">Consul refuses, does not know it, or cannot answer.</exception>
    public Task DeregisterAsync(string serviceId, CancellationToken cancellationToken) =>
        _transport.AskAsync(HttpMethod.Put, new ConsulPath("agent/service/deregister/", serviceId), null, cancellationToken);

    /// <summary>Waits until the agent's entry of an instance is another one than <paramref name="hash"/>, at most <paramref name="wait"/>.</summary>
    /// <param name="serviceId">The id of the instance.</param>
    /// <param name="hash">The hash of the entry that is known; null to be answered at once.</param>
    /// <param name="wait">How long it is waited.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The entry, or null when the agent does not know the instance.</returns>
    /// <exception cref="ConsulException">Consul refuses, or cannot answer.</exception>
    public async Task<RegisteredService?> WaitForServiceAsync(string serviceId, string? hash, TimeSpan wait, CancellationToken cancellationToken)
    {
        var path = new ConsulPath("agent/service/", serviceId);
        if (hash is not null)
        {
            path.With("hash", hash).With("wait", ConsulDuration.Of(wait));
        }

        using var response = await _transport.SendAsync(HttpMethod.Get, path, null, hash is null ? TimeSpan.Zero : wait, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound
            ? null
            : _transport.Read(path, await _transport.SuccessAsync(HttpMethod.Get, path, response, cancellationToken), ConsulJsonContext.Default.RegisteredService);
    }

    /// <summary>Says that all is well, for as long as the check's time to live.</summary>
    /// <param name="checkId">The check.</param>
    /// <param name="note">What is to be read beside it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when Consul knows.</returns>
    /// <exception cref="ConsulException">Consul refuses, does not know it, or cannot answer.</exception>
    public Task PassAsync(string checkId, string? note, CancellationToken cancellationToken) => TellAsync("pass", checkId, note, cancellationToken);

    /// <summary>Says that something is not as it should be; who asks for passing instances does not get it.</summary>
    /// <param name="checkId">The check.</param>
    /// <param name="note">What is to be read beside it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when Consul knows.</returns>
    /// <exception cref="ConsulException">Consul refuses, does not know it, or cannot answer.</exception>
    public Task WarnAsync(string checkId, string? note, CancellationToken cancellationToken) => TellAsync("warn", checkId, note, cancellationToken);

    /// <summary>Says that the instance cannot be used.</summary>
    /// <param name="checkId">The check.</param>
    /// <param name="note">What is to be read beside it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that completes when Consul knows.</returns>
    /// <exception cref="ConsulException">Consul refuses, does not know it, or cannot answer.</exception>
    public Task FailAsync(string checkId, string? note, CancellationToken cancellationToken) => TellAsync("fail", checkId, note, cancellationToken);

    private Task TellAsync(string state, string checkId, string? note, CancellationToken cancellationToken) =>
        _transport.AskAsync(HttpMethod.Put, new ConsulPath($"agent/check/{state}/", checkId).With("note", note), null, cancellationToken);
}

/// <summary>An instance as its agent knows it.</summary>
/// <param name="Hash">Another one when anything of it has changed.</param>
/// <param name="Address">Where it is called.</param>
/// <param name="Port">The port there.</param>
public sealed record RegisteredService([property: JsonPropertyName("ContentHash")] string Hash, string Address, int Port);
