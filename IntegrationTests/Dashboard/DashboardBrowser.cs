using Microsoft.Playwright;

namespace XoeNovAi.IntegrationTests.Dashboard;

/// <summary>A headless browser that is logged in to the dashboard.</summary>
internal sealed class DashboardBrowser : IAsyncDisposable
{
    /// <summary>How long a page may take to show what is expected, in milliseconds.</summary>
    public const float Patience = 30_000;

    private static readonly string[] Executables = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // Nothing but the page that is asked for: a browser's own calls home would leave the machine.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private DashboardBrowser(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Opens the list of resources.</summary>
    public static async Task<DashboardBrowser> OpenAsync(Stack stack, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var executable = Array.Find(Executables, File.Exists)
            ?? throw new StackException("No browser was found. Install Chromium: 'eng/setup --tests', or 'apt-get install chromium'.");
        var token = stack.Application.Services.GetRequiredService<IConfiguration>()["AppHost:BrowserToken"];
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Arguments });
        var page = await browser.NewPageAsync(new() { BaseURL = stack.Application.GetEndpoint("aspire-dashboard", "http").ToString(), ViewportSize = new() { Width = 1500, Height = 900 } });
        await page.GotoAsync($"/login?t={token}");
        await Assertions.Expect(page.GetByText("gateway", new() { Exact = true }).First).ToBeVisibleAsync(new() { Timeout = Patience });
        return new(playwright, browser, page);
    }

    /// <summary>Opens another page.</summary>
    public Task GoToAsync(string path) => Page.GotoAsync(path);

    /// <summary>Keeps a picture of the page with the test's results.</summary>
    public async Task ShowAsync(string name, TestContext context)
    {
        // The runner's own folder of a test is gone once it has passed.
        var path = Path.Combine(AppContext.BaseDirectory, "pictures", $"dashboard-{name}.png");
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
