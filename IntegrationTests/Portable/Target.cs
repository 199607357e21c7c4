using XoeNovAi.Hosting.Testing.Dashboard;
using XoeNovAi.IntegrationTests.Harness.Consul;

namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>A stack as somebody sees it who has only its addresses.</summary>
internal sealed class Target(Uri gateway, ConsulApi? consul, TelemetryApi? dashboard) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The gateway's address.</summary>
    public Uri Address => gateway;

    /// <summary>A client of the gateway, which keeps neither cookies nor redirects.</summary>
    public HttpClient Gateway { get; } = new(new TraceparentHandler(new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false, UseCookies = false, UseProxy = false })) { BaseAddress = gateway, Timeout = Limit };

    /// <summary>Consul, where its address was given.</summary>
    public ConsulApi? Consul => consul;

    /// <summary>The dashboard, where its address was given.</summary>
    public TelemetryApi? Dashboard => dashboard;

    /// <summary>Sends a request and reads the whole answer.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, (string Name, string Value)? header, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (header is { } given)
        {
            request.Headers.TryAddWithoutValidation(given.Name, given.Value);
        }

        using var response = await Gateway.SendAsync(request, cancellationToken);
        return new($"{method} {path}", response, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>A GET.</summary>
    public Task<Answer> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, null, cancellationToken);

    public void Dispose()
    {
        Gateway.Dispose();
        consul?.Dispose();
        dashboard?.Dispose();
    }
}
