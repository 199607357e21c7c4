using System.Text;
using XoeNovAi.Consul.KeyValues;

namespace XoeNovAi.Consul.Tests.KeyValues;

/// <summary>Keys, as they are written, read and watched.</summary>
[TestClass]
public sealed class KeyTests : ConsulTest
{
    [TestMethod]
    [TestCategory("Quick")]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("DISC-11")]
    [DataRow("plain", ArgumentsDisplayName = "a plain key")]
    [DataRow("folder/with space/ä?&#%2F+", ArgumentsDisplayName = "a key with everything in it")]
    public async Task A_key_is_written_read_listed_and_removed(string ending)
    {
        var key = $"{Unique("key")}/{ending}";
        Assert.IsNull((await Consul.Keys.GetAsync(key, default, Cancel)).Value);
        Assert.IsNull((await Consul.Keys.EntryAsync(key, default, Cancel)).Value);

        byte[] value = [0, 255, 10, .. Encoding.UTF8.GetBytes("wörd")];
        Assert.IsTrue(await Consul.Keys.PutAsync(key, value, null, Cancel));
        Assert.IsTrue(await Consul.Keys.PutAsync($"{key}-2", ReadOnlyMemory<byte>.Empty, null, Cancel));
        CollectionAssert.AreEqual(value, (await Consul.Keys.GetAsync(key, default, Cancel)).Value);
        CollectionAssert.AreEqual(value, (await Consul.Keys.EntryAsync(key, default, Cancel)).Value!.Value);
        var listed = (await Consul.Keys.ListAsync(key, default, Cancel)).Value;
        CollectionAssert.AreEqual(new[] { key, $"{key}-2" }, listed.Select(static entry => entry.Key).ToArray());
        Assert.IsNull(listed[1].Value);

        await Consul.Keys.DeleteAsync(key, false, Cancel);
        Assert.HasCount(1, (await Consul.Keys.ListAsync(key, default, Cancel)).Value);
        await Consul.Keys.DeleteAsync(key, true, Cancel);
        Assert.IsEmpty((await Consul.Keys.ListAsync(key, default, Cancel)).Value);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("DISC-11")]
    public async Task Of_two_who_change_what_they_have_read_the_second_is_told()
    {
        var key = Unique("key");
        Assert.IsTrue(await Consul.Keys.PutAsync(key, "1"u8.ToArray(), new() { CheckAndSet = 0 }, Cancel));
        Assert.IsFalse(await Consul.Keys.PutAsync(key, "1"u8.ToArray(), new() { CheckAndSet = 0 }, Cancel), "it is there already");
        var read = (await Consul.Keys.EntryAsync(key, default, Cancel)).Value!;
        Assert.IsTrue(await Consul.Keys.PutAsync(key, "2"u8.ToArray(), new() { CheckAndSet = read.ModifyIndex }, Cancel));
        Assert.IsFalse(await Consul.Keys.PutAsync(key, "3"u8.ToArray(), new() { CheckAndSet = read.ModifyIndex }, Cancel), "it has changed");
        Assert.AreEqual("2", Encoding.UTF8.GetString((await Consul.Keys.GetAsync(key, default, Cancel)).Value!));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("DISC-11")]
    public async Task A_watched_key_tells_of_its_changes_and_of_nothing_else_also_after_Consul_was_away()
    {
        await using var server = await ConsulServer.StartAsync(Cancel);
        using var consul = server.CreateClient();
        await using var host = await TestHost.StartAsync(new(server.Address), Cancel);
        await using var watch = new Watch<string?>(token => host.Services.GetRequiredService<KeyValueStore>().WatchAsync("key", token));
        await SeenAsync(watch, null, 1);
        await consul.Keys.PutAsync("key", "one"u8.ToArray(), null, Cancel);
        await SeenAsync(watch, "one", 1);
        await consul.Keys.PutAsync("another", "one"u8.ToArray(), null, Cancel);
        await consul.Keys.PutAsync("key", "one"u8.ToArray(), null, Cancel);
        await consul.Keys.PutAsync("key", "two"u8.ToArray(), null, Cancel);
        await SeenAsync(watch, "two", 1);

        await server.StopAsync(Cancel);
        await host.LoggedAsync("The last known value of key stays in use", Limit, Cancel);
        await server.StartAgainAsync(Cancel);
        await consul.Keys.PutAsync("key", "three"u8.ToArray(), null, Cancel);

        // In between it was gone with Consul, which may be seen.
        await SeenAsync(watch, "three", 2);
        Assert.HasCount(1, host.Logged("The last known value of key stays in use"));
    }

    private async Task SeenAsync(Watch<string?> watch, string? expected, int most)
    {
        var seen = await watch.UntilAsync($"'{expected}' is seen", value => value == expected, Limit, static value => value ?? "nothing", Cancel);
        Assert.IsLessThanOrEqualTo(most, seen.Count, string.Join(", ", seen));
    }
}
