using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace XoeNovAi.Gateway.Tests.Bed;

/// <summary>The real gateway in this process, with a configuration file of its own.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private TestGateway(WebApplication app, string folder)
    {
        _app = app;
        _folder = folder;
        Client = CreateClient();
    }

    public Uri Address => new(_app.Urls.First(static url => url.StartsWith("http:", StringComparison.Ordinal)));

    public Uri SecureAddress => new(_app.Urls.First(static url => url.StartsWith("https:", StringComparison.Ordinal)));

    /// <summary>A client that keeps neither cookies nor redirects.</summary>
    public HttpClient Client { get; }

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Starts a gateway that routes all to the given backends.</summary>
    public static Task<TestGateway> StartAsync(params TestBackend[] backends) => StartAsync(new TestSettings(backends));

    /// <summary>Starts a gateway.</summary>
    /// <param name="settings">Its configuration file.</param>
    /// <param name="arguments">More arguments.</param>
    public static async Task<TestGateway> StartAsync(TestSettings settings, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("xnai-gateway-").FullName;
        try
        {
            Write(folder, settings);
            string[] urls = arguments.Any(static a => a.StartsWith("--urls", StringComparison.Ordinal)) ? [] : ["--urls=http://127.0.0.1:0"];
            var app = await GatewayApplication.CreateAsync([$"--contentRoot={folder}", .. urls, .. arguments]);
            await app.StartAsync();
            return new(app, folder);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>The second configuration file.</summary>
    public string SecondFile => SecondIn(_folder);

    /// <summary>Replaces the configuration of the running gateway.</summary>
    public void Reconfigure(TestSettings settings) => Write(_folder, settings);

    public HttpClient CreateClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null })
    {
        BaseAddress = Address,
        Timeout = TimeSpan.FromSeconds(30),
    };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string SecondIn(string folder) => Path.Combine(folder, "appsettings.Production.json");

    private static void Write(string folder, TestSettings settings)
    {
        if (settings.Second is { } second)
        {
            File.WriteAllText(SecondIn(folder), second.ToJsonString());
        }

        var path = Path.Combine(folder, "appsettings.json");
        File.WriteAllText(path + ".new", settings.ToJson());
        File.Move(path + ".new", path, overwrite: true);
    }
}
