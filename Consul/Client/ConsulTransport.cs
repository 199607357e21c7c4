using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace XoeNovAi.Consul.Client;

/// <summary>Sends requests to Consul and reads its answers. Whatever goes wrong is a <see cref="ConsulException"/>.</summary>
internal sealed class ConsulTransport : IDisposable
{
    private const int LongestReason = 200;
    private const string IndexHeader = "X-Consul-Index";
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;

    public ConsulTransport(ConsulClientOptions options)
    {
        Address = options.Address;
        _http = new HttpClient(ConsulHandler.Create(options.Authorities)) { BaseAddress = options.Address, Timeout = Timeout.InfiniteTimeSpan };
        if (!string.IsNullOrEmpty(options.Token))
        {
            _http.DefaultRequestHeaders.Add("X-Consul-Token", options.Token);
        }
    }

    public Uri Address { get; }

    public async Task<ConsulAnswer<T>> GetAsync<T>(ConsulPath path, QueryOptions options, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var (bytes, index) = await GetAsync(path, options, cancellationToken);
        return new(Read(path, bytes ?? throw Refused(HttpMethod.Get, path, HttpStatusCode.NotFound, "there is no such thing"), type), index);
    }

    /// <summary>The content of an answer, null for 404.</summary>
    public async Task<ConsulAnswer<byte[]?>> GetAsync(ConsulPath path, QueryOptions options, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path.With(options), null, options.Index > 0 ? options.Wait : TimeSpan.Zero, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return new(null, IndexOf(path, response));
        }

        var bytes = await SuccessAsync(HttpMethod.Get, path, response, cancellationToken);
        return new(bytes, IndexOf(path, response));
    }

    public T Read<T>(ConsulPath path, byte[] bytes, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new ConsulException($"Consul at {Address} answered {path} with null.");
        }
        catch (JsonException exception)
        {
            throw new ConsulException($"Consul at {Address} answered {path} with something that is not its JSON: {exception.Message} Is this address Consul's HTTP API?", exception);
        }
    }

    // With its length: without one, Consul does not read the body of some requests, and says nothing.
    public Task<byte[]> AskAsync<T>(HttpMethod method, ConsulPath path, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        AskAsync(method, path, new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type)), cancellationToken);

    public async Task<byte[]> AskAsync(HttpMethod method, ConsulPath path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, content, TimeSpan.Zero, cancellationToken);
        return await SuccessAsync(method, path, response, cancellationToken);
    }

    /// <summary>Sends a request. The answer is there in full, whatever its status.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, ConsulPath path, HttpContent? content, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path.ToString()) { Content = content };
        // Consul adds up to a sixteenth to the wait, so that not everybody comes back at once.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(wait + (wait / 16) + Answer);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, deadline.Token);
        }
        catch (HttpRequestException exception)
        {
            throw new ConsulException($"Consul at {Address} cannot be reached: {(exception.InnerException ?? exception).Message.TrimEnd('.')}. Does it run, and is that its address?", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConsulException($"Consul at {Address} did not answer {method} {path} within {(wait + Answer).TotalSeconds:0} s. Does it run, and is that its address?", exception);
        }
    }

    public async Task<byte[]> SuccessAsync(HttpMethod method, ConsulPath path, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Not as the text it says it is: that may be in a charset there is none of.
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return response.IsSuccessStatusCode ? bytes : throw Refused(method, path, response.StatusCode, Encoding.UTF8.GetString(bytes).Trim());
    }

    public void Dispose() => _http.Dispose();

    private ConsulException Refused(HttpMethod method, ConsulPath path, HttpStatusCode status, string reason)
    {
        var cure = status switch
        {
            HttpStatusCode.Forbidden => " Its token (CONSUL_HTTP_TOKEN) must be one that Consul knows, and allow this.",
            HttpStatusCode.InternalServerError when reason.Contains("leader", StringComparison.OrdinalIgnoreCase) => " It answers again when its servers have elected a leader.",
            _ => string.Empty,
        };
        var shown = reason.Length > LongestReason ? $"{reason[..LongestReason]}…" : reason;
        return new($"Consul at {Address} answered {(int)status} to {method} {path}: {shown}{cure}", status);
    }

    // Without one every query would be answered at once, for ever.
    private ulong IndexOf(ConsulPath path, HttpResponseMessage response) =>
        response.Headers.TryGetValues(IndexHeader, out var values)
        && ulong.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw new ConsulException($"Consul at {Address} answered {path} without {IndexHeader}. Is this address Consul's HTTP API?");
}
