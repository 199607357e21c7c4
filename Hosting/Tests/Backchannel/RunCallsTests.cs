using System.Net.Sockets;
using System.Text.Json;
using Aspire.Hosting;
using StreamJsonRpc;

namespace XoeNovAi.Hosting.Tests.Backchannel;

/// <summary>What <c>aspire run</c> is answered by an AppHost that does not get far.</summary>
[TestClass]
public sealed class RunCallsTests
{
    private string _folder = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void Create() => _folder = Directory.CreateTempSubdirectory("run-").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Who_asks_for_the_dashboard_of_a_start_that_fails_loses_the_connection()
    {
        var path = Path.Combine(_folder, "socket");
        var builder = DistributedApplication.CreateBuilder([$"--ASPIRE_BACKCHANNEL_PATH={path}"]);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        builder.OnBeforeStart(async (_, cancellationToken) =>
        {
            await asked.Task.WaitAsync(cancellationToken);
            throw new DistributedApplicationException("of this test");
        });
        await using var application = builder.Build();
        var starting = application.StartAsync(Cancelled);
        using var socket = await ConnectAsync(path);
        await using var stream = new NetworkStream(socket);
        using var formatter = new SystemTextJsonFormatter();
        using var handler = new HeaderDelimitedMessageHandler(stream, stream, formatter);
        using var rpc = new JsonRpc(handler);
        rpc.StartListening();

        var answer = rpc.InvokeWithCancellationAsync<JsonElement>("GetDashboardUrlsAsync", cancellationToken: Cancelled);
        await rpc.InvokeWithCancellationAsync<string[]>("GetCapabilitiesAsync", cancellationToken: Cancelled);
        Assert.IsFalse(answer.IsCompleted);
        asked.SetResult();

        // The application is still there, as it is where a program looks into what went wrong before it ends.
        await Assert.ThrowsExactlyAsync<DistributedApplicationException>(() => starting);
        await Assert.ThrowsExactlyAsync<ConnectionLostException>(() => answer);
    }

    private async Task<Socket> ConnectAsync(string path)
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), Cancelled);
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
                await Task.Delay(50, Cancelled);
            }
        }
    }
}
