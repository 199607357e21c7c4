using System.Threading.Channels;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using XoeNovAi.Hosting.Tests.Containers;

namespace XoeNovAi.Hosting.Tests.Testing;

/// <summary>What resources write is part of the test's own log.</summary>
[TestClass]
public sealed class ResourceLogTests
{
    private const string Probe = "localhost/xoe-novai/probe";
    private const string Script = "echo spoken; echo complained >&2; exec sleep 600";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Lines_of_resources_are_logged_under_their_names()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("speaker", "sh", "/", "-c", Script);
        builder.AddContainer("container", Probe, "1").WithEntrypoint("sh").WithArgs("-c", Script);
        var lines = Record(builder);
        await using var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);

        var prefix = $"{builder.Environment.ApplicationName}.Resources.";
        HashSet<(string, LogLevel, string)> awaited =
        [
            ($"{prefix}speaker", LogLevel.Information, "spoken"),
            ($"{prefix}speaker", LogLevel.Error, "complained"),
            ($"{prefix}container", LogLevel.Information, "spoken"),
            ($"{prefix}container", LogLevel.Error, "complained"),
        ];
        while (awaited.Count > 0)
        {
            var (category, level, message) = await lines.ReadAsync(Cancelled);
            awaited.RemoveWhere(a => a.Item1 == category && a.Item2 == level && message.EndsWith(a.Item3, StringComparison.Ordinal));
        }
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Nothing_is_logged_of_them_when_it_is_turned_off()
    {
        using var builder = DistributedApplicationTestingBuilder.Create([], static (options, _) => options.EnableResourceLogging = false);
        builder.AddExecutable("speaker", "sh", "/", "-c", "echo spoken");
        var lines = Record(builder);
        await using var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);
        await application.ResourceNotifications.WaitForResourceAsync("speaker", KnownResourceStates.Finished, Cancelled);
        Assert.Contains("spoken", await application.LogAsync("speaker", Cancelled));
        await application.StopAsync(Cancelled);

        while (lines.TryRead(out var line))
        {
            Assert.DoesNotContain(".Resources.", line.Category);
        }
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Why_a_resource_did_not_start_is_in_the_log_of_each_of_its_instances()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddProject("api", "missing/api.csproj").WithReplicas(2).OnBeforeResourceStarted(static (_, _, _) => throw new InvalidOperationException("It is Sunday."));
        await using var application = await builder.BuildAsync(Cancelled);
        await application.StartAsync(Cancelled);
        await application.ResourceNotifications.WaitForResourceAsync("api-2", KnownResourceStates.FailedToStart, Cancelled);

        Assert.Contains("It is Sunday.", await application.LogAsync("api-2", Cancelled));
    }

    private static ChannelReader<(string Category, LogLevel Level, string Message)> Record(IDistributedApplicationTestingBuilder builder)
    {
        var lines = Channel.CreateUnbounded<(string, LogLevel, string)>();
        builder.Services.AddLogging(logging => logging.AddFakeLogging(options =>
        {
            options.OutputFormatter = record =>
            {
                lines.Writer.TryWrite((record.Category ?? string.Empty, record.Level, record.Message));
                return record.Message;
            };
            options.OutputSink = static _ => { };
        }));
        return lines.Reader;
    }
}
