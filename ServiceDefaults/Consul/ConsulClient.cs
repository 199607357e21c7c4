using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>The part of Consul's HTTP API that the stack uses.</summary>
internal sealed class ConsulClient : IDisposable
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);

    private const int LongestReason = 200;

    private readonly HttpClient _http;

    /// <param name="address">Where its HTTP API is.</param>
    /// <param name="token">What it is told with every request; null where it asks for none.</param>
    public ConsulClient(Uri address, string? token)
    {
        Address = address;
        _http = new HttpClient(CreateHandler()) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        if (!string.IsNullOrEmpty(token))
        {
            _http.DefaultRequestHeaders.Add("X-Consul-Token", token);
        }
    }

    public Uri Address { get; }

    /// <summary>Registers a service with the agent, or replaces its registration.</summary>
    public Task RegisterAsync(AgentServiceRegistration registration, CancellationToken cancellationToken) =>
        PutAsync("v1/agent/service/register?replace-existing-checks=true",
            JsonContent.Create(registration, ConsulJsonContext.Default.AgentServiceRegistration), cancellationToken);

    /// <summary>Removes a service from the agent.</summary>
    public Task DeregisterAsync(string serviceId, CancellationToken cancellationToken) =>
        PutAsync($"v1/agent/service/deregister/{Uri.EscapeDataString(serviceId)}", null, cancellationToken);

    /// <summary>
    /// Waits until the agent's entry of a service is another one than <paramref name="hash"/>, at most <paramref name="wait"/>.
    /// </summary>
    /// <returns>The hash of the entry, or null when the agent does not know the service.</returns>
    public async Task<string?> WaitForAgentServiceAsync(string serviceId, string? hash, TimeSpan wait, CancellationToken cancellationToken)
    {
        var path = $"v1/agent/service/{Uri.EscapeDataString(serviceId)}";
        if (hash is not null)
        {
            path += $"?hash={hash}&wait={Duration(wait)}";
        }

        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), hash is null ? TimeSpan.Zero : wait, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        await EnsureSuccessAsync(response, cancellationToken);
        return response.Headers.TryGetValues("X-Consul-ContentHash", out var values)
            ? values.First()
            : throw new ConsulException($"Consul at {Address} answered {path} without X-Consul-ContentHash. It must be 1.3 or newer.");
    }

    /// <summary>
    /// The instances of a service whose checks pass. With an <paramref name="index"/> above 0 the answer comes when something has
    /// changed since that index, at the latest after <paramref name="wait"/>. Each is what somebody wrote, so each is read for itself.
    /// </summary>
    public async Task<ConsulAnswer<IReadOnlyList<JsonElement>>> GetPassingAsync(string service, ulong index, TimeSpan wait, CancellationToken cancellationToken)
    {
        var path = $"v1/health/service/{Uri.EscapeDataString(service)}?passing";
        if (index > 0)
        {
            path += string.Create(CultureInfo.InvariantCulture, $"&index={index}&wait={Duration(wait)}");
        }

        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), index > 0 ? wait : TimeSpan.Zero, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        var entries = await ReadAsync(response, ConsulJsonContext.Default.IReadOnlyListJsonElement, cancellationToken);
        return new(entries, IndexOf(response));
    }

    /// <summary>
    /// The value of a key, null when there is none. With an <paramref name="index"/> above 0 the answer comes when it has changed
    /// since that index, at the latest after <paramref name="wait"/>.
    /// </summary>
    public async Task<ConsulAnswer<byte[]?>> GetKeyAsync(string key, ulong index, TimeSpan wait, CancellationToken cancellationToken)
    {
        var path = $"v1/kv/{string.Join('/', key.Split('/').Select(Uri.EscapeDataString))}?raw";
        if (index > 0)
        {
            path += string.Create(CultureInfo.InvariantCulture, $"&index={index}&wait={Duration(wait)}");
        }

        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), index > 0 ? wait : TimeSpan.Zero, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return new(null, IndexOf(response));
        }

        await EnsureSuccessAsync(response, cancellationToken);
        return new(await response.Content.ReadAsByteArrayAsync(cancellationToken), IndexOf(response));
    }

    public void Dispose() => _http.Dispose();

    internal static string Duration(TimeSpan value) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)value.TotalMilliseconds}ms");

    private static SocketsHttpHandler CreateHandler() => new()
    {
        // No propagator, no spans: blocking queries last minutes and never end, and belong to no request.
        ActivityHeadersPropagator = null,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(1),
        ConnectCallback = ConnectAsync,
    };

    // A blocking query on a cut network would wait for its full time; keep-alive finds the cut within seconds.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 3);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task PutAsync(string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Put, path) { Content = content }, TimeSpan.Zero, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var _ = request;
        // Consul adds up to a sixteenth to the wait, so that not everybody comes back at once.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(wait + (wait / 16) + Answer);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, deadline.Token);
        }
        catch (HttpRequestException exception)
        {
            throw new ConsulException($"Consul at {Address} cannot be reached: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConsulException($"Consul at {Address} did not answer within {(wait + Answer).TotalSeconds:0} s.", exception);
        }
    }

    private async Task EnsureSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            // Not as the text it says it is: that may be in a charset there is none of.
            var reason = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellationToken)).Trim();
            throw new ConsulException($"Consul at {Address} answered {(int)response.StatusCode}: {(reason.Length > LongestReason ? $"{reason[..LongestReason]}…" : reason)}");
        }
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), type)
                ?? throw new ConsulException($"Consul at {Address} answered null.");
        }
        catch (JsonException exception)
        {
            throw new ConsulException($"Consul at {Address} answered something that is not its JSON: {exception.Message}", exception);
        }
    }

    // Without one every query would be answered at once, for ever.
    private ulong IndexOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Consul-Index", out var values)
        && ulong.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw new ConsulException($"Consul at {Address} answered without X-Consul-Index.");
}
