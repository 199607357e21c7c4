using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>
/// DCP's API: objects are created, patched, deleted and watched; logs are read line by line.
/// One HTTP/2 connection carries all of it.
/// </summary>
internal sealed class DcpClient : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);
    private const string Root = "apis/" + DcpObject.GroupVersion + "/";
    private const string ExecutionPath = "admin/execution";

    private readonly HttpClient _http;

    /// <param name="kubeconfig">Where the API is and what opens it.</param>
    /// <param name="certificate">The one certificate accepted from the server.</param>
    public DcpClient(DcpKubeconfig kubeconfig, X509Certificate2 certificate)
    {
        var expected = certificate.RawData;
#pragma warning disable CA2000 // The client disposes its handler.
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            // Every watch and every followed log is a stream of its own; the server allows 250 on one connection.
            EnableMultipleHttp2Connections = true,
            // Loopback: nothing is gained by closing connections early.
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, presented, _, _) =>
                    presented is not null && CryptographicOperations.FixedTimeEquals(presented.GetRawCertData(), expected),
            },
        };
#pragma warning restore CA2000
        _http = new HttpClient(handler)
        {
            BaseAddress = kubeconfig.Server,
            // Watches and logs live as long as their reader; each call is bounded by its cancellation token.
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", kubeconfig.Token);
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("xoe-novai-hosting");
    }

    /// <summary>Creates an object and returns it as DCP stored it.</summary>
    /// <exception cref="DcpException">It exists already, or DCP finds it invalid.</exception>
    public async Task<T> CreateAsync<T>(T item, CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
    {
        using var content = Json(JsonSerializer.SerializeToUtf8Bytes(item, T.TypeInfo), "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, Root + T.Plural) { Content = content };
        return await SendAsync<T>(request, "create", item.Metadata.Name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads an object; null when there is none of that name.</summary>
    public async Task<T?> GetAsync<T>(string name, CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path<T>(name));
        try
        {
            return await SendAsync<T>(request, "read", name, cancellationToken).ConfigureAwait(false);
        }
        catch (DcpException failure) when (failure.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Reads all objects of a kind.</summary>
    public async Task<DcpList<T>> ListAsync<T>(CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Root + T.Plural);
        using var response = await SendRawAsync(request, $"list {T.Plural}", cancellationToken).ConfigureAwait(false);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return await JsonSerializer.DeserializeAsync(body, T.ListTypeInfo, cancellationToken).ConfigureAwait(false)
            ?? throw new DcpException($"DCP answered the list of {T.Plural} with nothing.");
    }

    /// <summary>Applies a JSON merge patch.</summary>
    public async Task<T> PatchAsync<T>(string name, JsonObject patch, CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
    {
        using var content = Json(Encoding.UTF8.GetBytes(patch.ToJsonString()), "application/merge-patch+json");
        using var request = new HttpRequestMessage(HttpMethod.Patch, Path<T>(name)) { Content = content };
        return await SendAsync<T>(request, "change", name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts an object that was created with <c>start: false</c>.</summary>
    public Task<T> StartAsync<T>(string name, CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
        => PatchAsync<T>(name, new JsonObject { ["spec"] = new JsonObject { ["start"] = true } }, cancellationToken);

    /// <summary>Stops a container or an executable and keeps the object, its exit code and its logs. It cannot be started again.</summary>
    public Task<T> StopAsync<T>(string name, CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
        => PatchAsync<T>(name, new JsonObject { ["spec"] = new JsonObject { ["stop"] = true } }, cancellationToken);

    /// <summary>
    /// Asks for an object's deletion; it is gone when the watch says so. Nothing happens when it does not exist.
    /// </summary>
    public async Task DeleteAsync<T>(string name, CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, Path<T>(name) + "?propagationPolicy=Background");
        try
        {
            using var response = await SendRawAsync(request, Describe<T>("delete", name), cancellationToken).ConfigureAwait(false);
        }
        catch (DcpException failure) when (failure.IsNotFound)
        {
        }
    }

    /// <summary>Deletes an object and returns when it is gone.</summary>
    public async Task DeleteAndWaitAsync<T>(string name, CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
    {
        // The list before the watch closes the gap in which the object may already have gone.
        var list = await ListAsync<T>(cancellationToken).ConfigureAwait(false);
        if (list.Items.FirstOrDefault(item => item.Metadata.Name == name) is not { } existing)
        {
            return;
        }

        await DeleteAsync<T>(name, cancellationToken).ConfigureAwait(false);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var told = WatchDeletionAsync<T>(existing, list.Metadata?.ResourceVersion, gone.Token);
        try
        {
            // What went before the watch was there is sometimes not told afterwards: then only looking again says so.
            while (!told.IsCompleted && await ExistsAsync<T>(existing, cancellationToken).ConfigureAwait(false))
            {
                await Task.WhenAny(told, Task.Delay(LookAgain, cancellationToken)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await gone.CancelAsync().ConfigureAwait(false);
            await told.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> ExistsAsync<T>(T existing, CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
        => (await ListAsync<T>(cancellationToken).ConfigureAwait(false)).Items.Any(item => item.Metadata.Uid == existing.Metadata.Uid);

    private async Task WatchDeletionAsync<T>(T existing, string? resourceVersion, CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
    {
        await foreach (var change in WatchAsync<T>(resourceVersion, cancellationToken).ConfigureAwait(false))
        {
            if (change.Type == DcpWatchEventType.Deleted && change.Object.Metadata.Uid == existing.Metadata.Uid)
            {
                return;
            }
        }
    }

    /// <summary>Returns an object as soon as it satisfies a condition.</summary>
    /// <exception cref="DcpException">It was deleted before that.</exception>
    public async Task<T> WaitForAsync<T>(string name, Func<T, bool> condition, CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
    {
        await foreach (var change in WatchAsync<T>(cancellationToken).ConfigureAwait(false))
        {
            if (change.Object.Metadata.Name != name)
            {
                continue;
            }

            if (change.Type == DcpWatchEventType.Deleted)
            {
                throw new DcpException($"The {T.KindName} '{name}' was deleted while it was waited for.");
            }

            if (condition(change.Object))
            {
                return change.Object;
            }
        }

        throw new DcpException($"DCP stopped before the {T.KindName} '{name}' was ready.");
    }

    /// <summary>All objects of a kind, then every change to them, until cancelled. Ends when DCP stops.</summary>
    public IAsyncEnumerable<DcpWatchEvent<T>> WatchAsync<T>(CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
        => WatchAsync<T>(resourceVersion: null, cancellationToken);

    /// <summary>Every change to a kind since a resource version (null: what exists first), until cancelled. Ends when DCP stops.</summary>
    public async IAsyncEnumerable<DcpWatchEvent<T>> WatchAsync<T>(
        string? resourceVersion,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
    {
        // What the reader believes to exist: needed to tell what vanished when a resource version is no longer served.
        var known = new Dictionary<string, T>(StringComparer.Ordinal);
        HashSet<string>? unconfirmed = null;
        while (true)
        {
            var uri = $"{Root}{T.Plural}?watch=true&allowWatchBookmarks=false";
            if (resourceVersion is not null)
            {
                uri += $"&resourceVersion={Uri.EscapeDataString(resourceVersion)}";
            }
            else if (known.Count > 0)
            {
                var list = await ListAsync<T>(cancellationToken).ConfigureAwait(false);
                unconfirmed = [.. known.Keys];
                foreach (var item in list.Items)
                {
                    unconfirmed.Remove(item.Metadata.Name);
                    known[item.Metadata.Name] = item;
                    yield return new(DcpWatchEventType.Modified, item);
                }

                foreach (var name in unconfirmed)
                {
                    known.Remove(name, out var gone);
                    yield return new(DcpWatchEventType.Deleted, gone!);
                }

                resourceVersion = list.Metadata?.ResourceVersion;
                continue;
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            using var response = await TrySendStreamAsync(request, $"watch {T.Plural}", cancellationToken).ConfigureAwait(false);
            if (response is null)
            {
                yield break;
            }

            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            using var reader = new StreamReader(body, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 4096);
            while (await TryReadLineAsync(reader, cancellationToken).ConfigureAwait(false) is { } line)
            {
                var message = JsonSerializer.Deserialize(line, DcpJsonContext.Default.DcpWatchMessage)
                    ?? throw new DcpException($"DCP sent an empty message while {T.Plural} were watched.");
                if (message.Type == "ERROR")
                {
                    // Too old a version to resume from: start over from what exists now.
                    resourceVersion = null;
                    break;
                }

                var item = message.Object.Deserialize(T.TypeInfo)
                    ?? throw new DcpException($"DCP sent an empty object while {T.Plural} were watched.");
                resourceVersion = item.Metadata.ResourceVersion ?? resourceVersion;
                switch (message.Type)
                {
                    case "ADDED":
                        known[item.Metadata.Name] = item;
                        yield return new(DcpWatchEventType.Added, item);
                        break;
                    case "MODIFIED":
                        known[item.Metadata.Name] = item;
                        yield return new(DcpWatchEventType.Modified, item);
                        break;
                    case "DELETED":
                        known.Remove(item.Metadata.Name);
                        yield return new(DcpWatchEventType.Deleted, item);
                        break;
                }
            }
        }
    }

    /// <summary>Lines of output of a container or an executable.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="source">One of <see cref="DcpLogSource"/>.</param>
    /// <param name="follow">Go on until the object has ended and all of its output was read, or is deleted.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async IAsyncEnumerable<DcpLogLine> ReadLogAsync<T>(
        string name,
        string source,
        bool follow,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"{Path<T>(name)}/log?source={source}&timestamps=true&follow={(follow ? "true" : "false")}");
        using var response = await TrySendStreamAsync(request, Describe<T>("read the log of", name), cancellationToken).ConfigureAwait(false);
        if (response is null)
        {
            yield break;
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(body, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 4096);
        while (await TryReadLineAsync(reader, cancellationToken).ConfigureAwait(false) is { } line)
        {
            yield return DcpLogLine.Parse(line);
        }
    }

    /// <summary>Reads the phase DCP is in.</summary>
    public async Task<DcpExecution> GetExecutionAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ExecutionPath);
        using var response = await SendRawAsync(request, "read its phase", cancellationToken).ConfigureAwait(false);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return await JsonSerializer.DeserializeAsync(body, DcpJsonContext.Default.DcpExecution, cancellationToken).ConfigureAwait(false)
            ?? throw new DcpException("DCP answered its phase with nothing.");
    }

    /// <summary>Asks DCP to change its phase: stop, or clean up its objects first.</summary>
    public async Task SetExecutionAsync(DcpExecution execution, CancellationToken cancellationToken)
    {
        using var content = Json(JsonSerializer.SerializeToUtf8Bytes(execution, DcpJsonContext.Default.DcpExecution), "application/merge-patch+json");
        using var request = new HttpRequestMessage(HttpMethod.Patch, ExecutionPath) { Content = content };
        using var response = await SendRawAsync(request, $"enter the phase {execution.Status}", cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string Path<T>(string name)
        where T : DcpObject, IDcpObject<T>
        => Root + T.Plural + "/" + Uri.EscapeDataString(name);

    private static string Describe<T>(string verb, string name)
        where T : DcpObject, IDcpObject<T>
        => $"{verb} the {T.KindName} '{name}'";

    private static ByteArrayContent Json(byte[] body, string mediaType)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return content;
    }

    private async Task<T> SendAsync<T>(HttpRequestMessage request, string verb, string name, CancellationToken cancellationToken)
        where T : DcpObject, IDcpObject<T>
    {
        using var response = await SendRawAsync(request, Describe<T>(verb, name), cancellationToken).ConfigureAwait(false);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return await JsonSerializer.DeserializeAsync(body, T.TypeInfo, cancellationToken).ConfigureAwait(false)
            ?? throw new DcpException($"DCP answered the request to {Describe<T>(verb, name)} with nothing.");
    }

    private async Task<HttpResponseMessage> SendRawAsync(HttpRequestMessage request, string what, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException failure)
        {
            throw new DcpException($"DCP could not be asked to {what}: {failure.Message} Its log says why it stopped.", failure);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new DcpException($"DCP refused to {what}: {await ReasonAsync(response, cancellationToken).ConfigureAwait(false)}")
            {
                StatusCode = (int)response.StatusCode,
            };
        }
    }

    /// <summary>Null when DCP is gone: for a reader of a stream that is its end, not a failure.</summary>
    private async Task<HttpResponseMessage?> TrySendStreamAsync(HttpRequestMessage request, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await SendRawAsync(request, what, cancellationToken).ConfigureAwait(false);
        }
        catch (DcpException failure) when (failure.InnerException?.GetBaseException() is SocketException)
        {
            return null;
        }
    }

    private static async Task<string?> TryReadLineAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            // A broken connection ends the stream like a closed one: a watch resumes, and finds out whether DCP is still there.
            return null;
        }
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (JsonSerializer.Deserialize(text, DcpJsonContext.Default.DcpFailure)?.Message is { Length: > 0 } message)
            {
                return message;
            }
        }
        catch (JsonException)
        {
            // Plain text, as the admin endpoint answers.
        }

        return text.Length > 0 ? text.Trim() : $"HTTP status {(int)response.StatusCode}.";
    }
}
