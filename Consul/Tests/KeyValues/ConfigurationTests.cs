using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using XoeNovAi.Consul.KeyValues;

namespace XoeNovAi.Consul.Tests.KeyValues;

/// <summary>Keys as settings of a running application.</summary>
[TestClass]
public sealed class ConfigurationTests : ConsulTest
{
    private const string Level = "Logging/LogLevel/Some.Category";

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("DISC-11")]
    public async Task A_key_changes_a_setting_of_an_application_that_runs()
    {
        var prefix = Unique("config");
        await PutAsync($"{prefix}/Part/Name", "first"u8);
        await using var host = await StartAsync(prefix);
        var settings = host.Services.GetRequiredService<IOptionsMonitor<Part>>();
        Assert.AreEqual("first", settings.CurrentValue.Name, "it goes before what the application brings");
        Assert.AreEqual(1, settings.CurrentValue.Number, "what no key says stays");

        await PutAsync($"{prefix}/Part/Number", "2"u8);
        await PutAsync($"{prefix}/part/name", "second"u8);
        await HasAsync(host, static part => part is { Name: "second", Number: 2 });
        await Consul.Keys.DeleteAsync($"{prefix}/", true, Cancel);
        await HasAsync(host, static part => part is { Name: "brought", Number: 1 });
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("DISC-11")]
    public async Task A_value_that_cannot_be_used_is_said_once_and_the_last_good_one_and_all_others_are_used()
    {
        var prefix = Unique("config");
        await PutAsync($"{prefix}/{Level}", "Warning"u8);
        await using var host = await StartAsync(prefix);
        var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Some.Category");
        Assert.IsFalse(logger.IsEnabled(LogLevel.Information));

        await PutAsync($"{prefix}/{Level}", "Loud"u8);
        Assert.Contains("Loud", (await host.LoggedAsync("The last good value of Logging:LogLevel:Some.Category stays", Limit, Cancel))[0]);
        await PutAsync($"{prefix}/Part/Name", [0xff, 0xfe]);
        await host.LoggedAsync("The last good value of Part:Name stays", Limit, Cancel);
        await PutAsync($"{prefix}/Part/Number", "3"u8);
        await HasAsync(host, static part => part is { Name: "brought", Number: 3 });
        Assert.IsFalse(logger.IsEnabled(LogLevel.Information));
        Assert.IsTrue(logger.IsEnabled(LogLevel.Warning));
        Assert.HasCount(2, host.Logged("The last good value"), string.Join(Environment.NewLine, host.Logged(string.Empty)));

        await PutAsync($"{prefix}/{Level}", "Debug"u8);
        await PutAsync($"{prefix}/Part/Name", "good"u8);
        await HasAsync(host, static part => part is { Name: "good", Number: 3 });
        Assert.IsTrue(logger.IsEnabled(LogLevel.Debug));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    [Scenario("DISC-09")]
    public async Task Without_Consul_an_application_starts_says_so_once_and_has_the_settings_when_it_is_there()
    {
        await using var server = await ConsulServer.StartAsync(Cancel);
        using var consul = server.CreateClient();
        var address = server.Address;
        await server.StopAsync(Cancel);
        await using var host = await StartAsync("config", address);
        Assert.AreEqual("brought", host.Services.GetRequiredService<IOptionsMonitor<Part>>().CurrentValue.Name);
        await host.LoggedAsync("The last known settings of config/ stay in use", Limit, Cancel);

        await server.StartAgainAsync(Cancel);
        await consul.Keys.PutAsync("config/Part/Name", "at last"u8.ToArray(), null, Cancel);
        await HasAsync(host, static part => part.Name == "at last");
        Assert.HasCount(1, host.Logged("The last known settings of config/ stay in use"));
    }

    private async Task<TestHost> StartAsync(string prefix, Uri? address = null) => await TestHost.StartAsync(new(address ?? Server.Address), Cancel, builder =>
    {
        builder.Configuration.AddInMemoryCollection([new("Part:Name", "brought"), new("Part:Number", "1")]);
        builder.AddConsulKeyValues(prefix);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Services.Configure<Part>(builder.Configuration.GetSection("Part"));
    });

    private Task<bool> PutAsync(string key, ReadOnlySpan<byte> value) => Consul.Keys.PutAsync(key, value.ToArray(), null, Cancel);

    private Task HasAsync(TestHost host, Func<Part, bool> holds) => Eventually.HoldsAsync(
        "the settings are others",
        Limit,
        _ => Task.FromResult(host.Services.GetRequiredService<IOptionsMonitor<Part>>().CurrentValue),
        holds,
        static part => $"{part.Name} {part.Number}",
        Cancel);

    /// <summary>What is set.</summary>
    internal sealed class Part
    {
        public string? Name { get; set; }

        public int Number { get; set; }
    }
}
