using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using XoeNovAi.Hosting.Podman.Tunnels;

namespace XoeNovAi.Hosting.Tests.Tunnels;

/// <summary>The sockets that lead from containers to ports of the host.</summary>
[TestClass]
public sealed class TunnelDoorTests
{
    private string _folder = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    private string Door => Path.Combine(_folder, "door.sock");

    [TestInitialize]
    public void Create() => _folder = Directory.CreateTempSubdirectory("tunnel-").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task What_is_sent_arrives_and_what_is_answered_after_the_end_of_the_question_comes_back()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await using var door = Open(((IPEndPoint)server.LocalEndpoint).Port);
        var question = new byte[1_000_000];
        Random.Shared.NextBytes(question);
        var serving = ServeAsync(server);

        using var client = await ConnectAsync();
        await using var stream = new NetworkStream(client);
        var sending = SendAsync(stream, client, question);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, Cancelled);

        await sending;
        await serving;
        CollectionAssert.AreEqual(question, answer.ToArray());
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task When_nobody_listens_behind_it_the_connection_ends_and_the_next_is_taken()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        server.Stop();
        await using var door = Open(port);

        for (var i = 0; i < 2; i++)
        {
            using var client = await ConnectAsync();
            Assert.AreEqual(0, await client.ReceiveAsync(new byte[1], Cancelled));
        }
    }

    [TestMethod]
    public void A_path_that_no_socket_can_have_is_named_with_the_cure()
    {
        var exception = Assert.ThrowsExactly<DistributedApplicationException>(() => TunnelDoor.Open($"/{new string('x', 120)}", "localhost", 1, NullLogger.Instance));
        Assert.Contains("XOE_NOVAI_HOME", exception.Message);
    }

    private TunnelDoor Open(int port) => TunnelDoor.Open(Door, "localhost", port, NullLogger.Instance);

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(Door), Cancelled);
        return client;
    }

    private async Task SendAsync(NetworkStream stream, Socket client, byte[] question)
    {
        await stream.WriteAsync(question, Cancelled);
        client.Shutdown(SocketShutdown.Send);
    }

    // Answers when it has heard everything.
    private async Task ServeAsync(TcpListener server)
    {
        using var accepted = await server.AcceptTcpClientAsync(Cancelled);
        using var heard = new MemoryStream();
        await accepted.GetStream().CopyToAsync(heard, Cancelled);
        await accepted.GetStream().WriteAsync(heard.ToArray(), Cancelled);
    }
}
