using XoeNovAi.Load;

namespace XoeNovAi.IntegrationTests.Portable;

/// <summary>A load that any stack bears, and one that it need not bear but has to survive.</summary>
[TestClass]
[TestCategory(Attachment.Portable)]
public sealed class LoadContractTests : PortableTest
{
    private const string Path = "/xnai/api/v1/health";

    // The contract's floor for health and API.
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(200);

    // And for recovery.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(30);

    [TestMethod]
    [Scenario("LOAD-01")]
    public async Task Twenty_requests_a_second_are_answered_as_fast_as_the_contract_wants()
    {
        var result = await RunAsync("20:10s", new());
        Assert.AreEqual(200, result.Answered, $"{result}: {string.Join("; ", result.Failures)}");
        var took = new Distribution(result.Samples.Select(static s => s.Took));
        Assert.IsLessThan(Usual.TotalMilliseconds, took.Percentile(0.5), $"{took}");
    }

    [TestMethod]
    [TestCategory(Attachment.Hurts)]
    [Scenario("LOAD-02")]
    public async Task After_a_flood_all_is_well_again_within_30_s()
    {
        await RunAsync("400:5s", new() { InFlight = 400, Request = TimeSpan.FromSeconds(10) });
        await Eventually.HoldsAsync("rag is healthy again", Recovery, token => Target.GetAsync(Path, token), static a => a.Status == 200, static a => $"{a}", Cancel);
        var after = await RunAsync("10:2s", new());
        Assert.AreEqual(0, after.Failed, $"{after}: {string.Join("; ", after.Failures)}");
    }

    private async Task<LoadResult> RunAsync(string profile, LoadLimits limits)
    {
        var result = new LoadResult(TimeProvider.System);
        await new LoadRun(LoadProfile.Parse(profile), GetAsync, limits).RunAsync(result, Cancel);
        TestContext.WriteLine($"{profile}: {result} {new Distribution(result.Samples.Where(static s => s.Failure is null).Select(static s => s.Took))}");
        return result;
    }

    private async Task<string?> GetAsync(int number, CancellationToken cancellationToken)
    {
        using var response = await Target.Gateway.GetAsync(Path, cancellationToken);
        return response.IsSuccessStatusCode ? null : $"{(int)response.StatusCode}";
    }
}
