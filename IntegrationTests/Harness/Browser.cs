using Microsoft.Playwright;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>A headless Chromium with one page, that asks nothing of any network but what is opened.</summary>
internal sealed class Browser : IAsyncDisposable
{
    /// <summary>How long a page may take to show what is expected, in milliseconds.</summary>
    public const float Patience = 30_000;

    private static readonly string[] Executables = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // A browser's own calls home would leave the machine.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Starts it with an empty page.</summary>
    /// <exception cref="StackException">There is no browser.</exception>
    public static async Task<Browser> StartAsync(BrowserNewPageOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var executable = Array.Find(Executables, File.Exists)
            ?? throw new StackException("No browser was found. Install Chromium: 'eng/setup --tests', or 'apt-get install chromium'.");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Arguments });
        return new(playwright, browser, await browser.NewPageAsync(options));
    }

    /// <summary>Keeps a picture of the page with the test's results.</summary>
    public async Task ShowAsync(string name, TestContext context)
    {
        // The runner's own folder of a test is gone once it has passed.
        var path = Path.Combine(AppContext.BaseDirectory, "pictures", $"{name}.png");
        await Page.ScreenshotAsync(new() { Path = path });
        context.AddResultFile(path);
        context.WriteLine($"Picture: {path}");
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
