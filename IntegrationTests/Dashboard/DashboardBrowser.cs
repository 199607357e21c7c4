using Microsoft.Playwright;

namespace XoeNovAi.IntegrationTests.Dashboard;

/// <summary>A headless browser that is logged in to the dashboard.</summary>
internal sealed class DashboardBrowser(Browser browser) : IAsyncDisposable
{
    /// <summary>The page.</summary>
    public IPage Page => browser.Page;

    /// <summary>Opens the list of resources.</summary>
    public static async Task<DashboardBrowser> OpenAsync(Stack stack, CancellationToken cancellationToken)
    {
        var token = stack.Application.Services.GetRequiredService<IConfiguration>()["AppHost:BrowserToken"];
        var browser = await Browser.StartAsync(new() { BaseURL = stack.Application.GetEndpoint("aspire-dashboard", "http").ToString(), ViewportSize = new() { Width = 1500, Height = 900 } }, cancellationToken);
        var dashboard = new DashboardBrowser(browser);
        await dashboard.GoToAsync($"/login?t={token}");
        await Assertions.Expect(browser.Page.GetByText("gateway", new() { Exact = true }).First).ToBeVisibleAsync(new() { Timeout = Browser.Patience });
        return dashboard;
    }

    /// <summary>Opens another page.</summary>
    public Task GoToAsync(string path) => Page.GotoAsync(path);

    /// <summary>Keeps a picture of the page with the test's results.</summary>
    public Task ShowAsync(string name, TestContext context) => browser.ShowAsync($"dashboard-{name}", context);

    public ValueTask DisposeAsync() => browser.DisposeAsync();
}
