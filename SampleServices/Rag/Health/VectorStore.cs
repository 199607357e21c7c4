namespace XoeNovAi.Rag.Health;

/// <summary>Qdrant, as far as rag has to know whether it is there.</summary>
internal sealed class VectorStore(IConfiguration configuration) : IDisposable
{
    private readonly HttpClient? _http = configuration.GetConnectionString("qdrant") is { Length: > 0 } address
        ? new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new(address) }
        : null;

    /// <exception cref="HttpRequestException">It cannot be reached, or is not well.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        // Without one there is none to be missed.
        if (_http is not null)
        {
            using var response = await _http.GetAsync(new Uri("healthz", UriKind.Relative), cancellationToken);
            response.EnsureSuccessStatusCode();
        }
    }

    public void Dispose() => _http?.Dispose();
}
