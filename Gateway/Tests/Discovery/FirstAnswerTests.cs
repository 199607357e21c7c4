using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace XoeNovAi.Gateway.Tests.Discovery;

/// <summary>What a service does before Consul hears of it.</summary>
[TestClass]
public sealed class FirstAnswerTests : GatewayTest
{
    private const string CheckPath = "/x/health";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [TestMethod]
    [Scenario("DISC-04")]
    [DataRow(StatusCodes.Status200OK)]
    [DataRow(StatusCodes.Status503ServiceUnavailable)]
    public async Task It_is_registered_when_its_check_has_been_answered_for_the_first_time_which_may_be_slow(int status)
    {
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var registered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = await TestBackend.StartAsync();
        backend.Answer = async context =>
        {
            asked.TrySetResult();
            await slow.Task.WaitAsync(context.RequestAborted);
            context.Response.StatusCode = status;
        };
        await using var consul = await FakeConsul.StartAsync();
        consul.Answer = async context =>
        {
            if (context.Request.Path == "/v1/agent/service/register")
            {
                using var reader = new StreamReader(context.Request.Body);
                registered.TrySetResult(await reader.ReadToEndAsync(context.RequestAborted));
            }
            else if (context.Request.Path.StartsWithSegments("/v1/agent/service"))
            {
                await KnownAsync(context, registered.Task.IsCompleted);
                return;
            }

            await context.Response.WriteAsync("[]", context.RequestAborted);
        };

        var starting = TestGateway.StartAsync(
            new TestSettings(backend),
            $"--ConnectionStrings:consul={consul.Address}",
            $"--Discovery:CheckPath={CheckPath}",
            "--Discovery:Service=test",
            "--Discovery:Port=80",
            "--Discovery:Addresses:app=127.0.0.0/8");
        await Task.WhenAny(asked.Task, registered.Task).WaitAsync(Limit, Cancel);
        Assert.IsFalse(registered.Task.IsCompleted, "it is registered before it has answered for the first time");

        slow.SetResult();
        await using var gateway = await starting.WaitAsync(Limit, Cancel);
        Assert.Contains($"127.0.0.1{CheckPath}", await registered.Task.WaitAsync(Limit, Cancel), string.Create(CultureInfo.InvariantCulture, $"{status} is for Consul to judge"));
        Assert.HasCount(1, backend.Seen);
    }

    // Not before it is registered, and then without a change.
    private static async Task KnownAsync(HttpContext context, bool isRegistered)
    {
        if (!isRegistered)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (context.Request.Query.ContainsKey("hash"))
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }

        await context.Response.WriteAsync("""{"ContentHash":"1","Address":"127.0.0.1","Port":80}""", context.RequestAborted);
    }
}
