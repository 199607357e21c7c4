namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>A setting of a running service is a key of Consul.</summary>
[TestClass]
public sealed class KeyValueSettingsTests : StackTest
{
    private const string Level = "xnai/config/rag/Logging/LogLevel/Microsoft.AspNetCore.Hosting.Diagnostics";
    private const string Changed = "Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics has changed";
    private const string Refused = "The last good value of Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics stays in use";
    private const int Tail = 500;
    private static readonly string[] Rags = ["rag-1", "rag-2"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    protected override IReadOnlyList<string> Touches => ["consul", .. Rags];

    /// <summary>The log level: at Information the service logs every request, of itself only its own words.</summary>
    [TestMethod]
    [Scenario("DISC-11")]
    public async Task A_change_of_a_key_reaches_every_instance_and_one_that_makes_no_sense_changes_nothing()
    {
        Dictionary<string, (int Changes, int Refusals)> seen = [];
        foreach (var rag in Rags)
        {
            seen[rag] = (await CountAsync(rag, Changed), await CountAsync(rag, Refused));
        }

        var quiet = await AskAllAsync();
        await using (await Stack.Consul.PutKeyAsync(Level, "Information", Cancel))
        {
            await LoggedAsync(Changed, rag => seen[rag].Changes + 1);

            // What is logged of this comes after all that was logged of the other.
            await LoggedAsync(await AskAllAsync(), static _ => 1);
            await NotLoggedAsync(quiet);

            await using var nonsense = await Stack.Consul.PutKeyAsync(Level, "Deafening", Cancel);
            await LoggedAsync(Refused, rag => seen[rag].Refusals + 1);
            await LoggedAsync(await AskAllAsync(), static _ => 1);
        }

        await LoggedAsync(Changed, rag => seen[rag].Changes + 2);
        quiet = await AskAllAsync();
        await using (await Stack.Consul.PutKeyAsync(Level, "Information", Cancel))
        {
            await LoggedAsync(Changed, rag => seen[rag].Changes + 3);
            await LoggedAsync(await AskAllAsync(), static _ => 1);
            await NotLoggedAsync(quiet);
        }

        await LoggedAsync(Changed, rag => seen[rag].Changes + 4);
    }

    /// <returns>What a line of the log about these requests would contain.</returns>
    private async Task<string> AskAllAsync()
    {
        var marker = $"/marker-{Guid.NewGuid():n}";
        foreach (var rag in Rags)
        {
            using var client = Stack.CreateClient(rag);
            using var response = await client.GetAsync(new Uri(marker, UriKind.Relative), Cancel);
        }

        return marker;
    }

    private static async Task<int> CountAsync(string rag, string text) => (await Stack.Logs.TailAsync(rag, Tail)).Count(line => line.Contains(text, StringComparison.Ordinal));

    private static async Task NotLoggedAsync(string text)
    {
        foreach (var rag in Rags)
        {
            Assert.AreEqual(0, await CountAsync(rag, text), $"{rag} logs no requests without the key");
        }
    }

    private async Task LoggedAsync(string text, Func<string, int> times)
    {
        foreach (var rag in Rags)
        {
            await Eventually.HoldsAsync(
                $"'{text}' is in the log of {rag} {times(rag)} times", Limit, _ => CountAsync(rag, text), count => count >= times(rag), static count => $"{count} times", Cancel);
        }
    }
}
