using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace XoeNovAi.Gateway.Tests.Tls;

/// <summary>What the TLS address carries.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class TlsTests : GatewayTest
{
    private static readonly string[] Addresses = ["--urls=http://127.0.0.1:0;https://127.0.0.1:0"];

    [TestMethod]
    [Scenario("GATE-15")]
    [DataRow("1.1")]
    [DataRow("2.0")]
    public async Task Both_versions_of_HTTP_pass_with_a_body_of_a_megabyte(string version)
    {
        using var authority = new TestAuthority();
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(Settings(authority, backend), Addresses);
        using var client = new HttpClient(authority.CreateHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.SecureAddress, "/x"))
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[1024 * 1024]),
        };

        using var response = await client.SendAsync(request, Cancel);

        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode);
        Assert.AreEqual(Version.Parse(version), response.Version);
        Assert.AreEqual("DENY", response.Headers.GetValues("X-Frame-Options").Single());
        Assert.AreEqual(1024 * 1024, backend.Seen.Single().BodyLength);
        Assert.AreEqual("https", backend.Seen.Single().Headers["X-Forwarded-Proto"]);
        Assert.AreEqual(gateway.SecureAddress.Authority, backend.Seen.Single().Headers["Host"]);
    }

    [TestMethod]
    [Scenario("GATE-15")]
    public async Task The_plain_address_is_HTTP_1_alone()
    {
        using var authority = new TestAuthority();
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(Settings(authority, backend), Addresses);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Address, "/x")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => gateway.Client.SendAsync(request, Cancel));

        Assert.IsEmpty(backend.Seen);
    }

    [TestMethod]
    [Scenario("GATE-15")]
    public async Task A_caller_that_does_not_know_the_authority_does_not_connect()
    {
        using var authority = new TestAuthority();
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(Settings(authority, backend), Addresses);
        using var stranger = new HttpClient(new SocketsHttpHandler { UseProxy = false });

        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => stranger.GetAsync(gateway.SecureAddress, Cancel));
    }

    [TestMethod]
    [Scenario("GATE-15")]
    [DataRow("1.1")]
    [DataRow("2.0")]
    public async Task A_socket_passes_over_both_versions(string version)
    {
        using var authority = new TestAuthority();
        await using var backend = await TestBackend.StartAsync(map: static app => app.Map("/ws", TestBackend.EchoMessagesAsync));
        await using var gateway = await TestGateway.StartAsync(Settings(authority, backend), Addresses);
        using var invoker = new HttpMessageInvoker(authority.CreateHandler());
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        await socket.ConnectAsync(new UriBuilder(new Uri(gateway.SecureAddress, "/ws")) { Scheme = "wss" }.Uri, invoker, Cancel);
        await socket.SendAsync("over the gateway"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancel);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);

        Assert.AreEqual("over the gateway", Encoding.UTF8.GetString(buffer, 0, received.Count));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
    }

    [TestMethod]
    [Scenario("GATE-15")]
    public async Task Grpc_calls_streams_and_errors_pass()
    {
        using var authority = new TestAuthority();
        await using var backend = await TestBackend.StartAsync(
            protocols: HttpProtocols.Http2, services: static services => services.AddGrpc(), map: static app => app.MapGrpcService<GreeterService>());
        var settings = Settings(authority, backend);
        settings.Cluster["HttpRequest"] = new JsonObject { ["Version"] = "2", ["VersionPolicy"] = "RequestVersionExact" };
        await using var gateway = await TestGateway.StartAsync(settings, Addresses);
        using var channel = GrpcChannel.ForAddress(gateway.SecureAddress, new GrpcChannelOptions { HttpHandler = authority.CreateHandler(), DisposeHttpClient = true });
        var greeter = new Greeter.GreeterClient(channel);

        var reply = await greeter.GreetAsync(new GreetRequest { Name = "hearth" }, cancellationToken: Cancel);
        var numbers = new List<int>();
        using (var counting = greeter.Count(new CountRequest { To = 100 }, cancellationToken: Cancel))
        {
            await foreach (var counted in counting.ResponseStream.ReadAllAsync(Cancel))
            {
                numbers.Add(counted.Number);
            }
        }

        var refused = await Assert.ThrowsExactlyAsync<RpcException>(() => greeter.GreetAsync(new GreetRequest(), cancellationToken: Cancel).ResponseAsync);

        Assert.AreEqual("Hello hearth", reply.Greeting);
        CollectionAssert.AreEqual(Enumerable.Range(1, 100).ToArray(), numbers);
        Assert.AreEqual(StatusCode.InvalidArgument, refused.StatusCode, refused.Message);
    }

    [TestMethod]
    [Scenario("GATE-18")]
    [DataRow("/x?a=\u00ff\u00ff", ArgumentsDisplayName = "bytes beyond ASCII")]
    [DataRow("/x?a b", ArgumentsDisplayName = "a space")]
    public async Task A_target_that_no_request_line_could_hold_is_400_over_HTTP_2(string target)
    {
        using var authority = new TestAuthority();
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(Settings(authority, backend), Addresses);
        using var connection = new TcpClient();
        await connection.ConnectAsync(gateway.SecureAddress.Host, gateway.SecureAddress.Port, Cancel);
        await using var stream = new SslStream(connection.GetStream());
        var trust = authority.CreateHandler().SslOptions;
        (trust.TargetHost, trust.ApplicationProtocols) = (gateway.SecureAddress.Host, [SslApplicationProtocol.Http2]);
        await stream.AuthenticateAsClientAsync(trust, Cancel);

        // Settings, and then one request's headers: GET and https by their numbers in HPACK's table, the path and the authority as they are.
        byte[] path = Encoding.Latin1.GetBytes(target);
        byte[] headers = [0x82, 0x87, 0x04, (byte)path.Length, .. path, 0x01, 7, .. "gateway"u8];
        await stream.WriteAsync(
            (byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, (byte)headers.Length, 1, 5, 0, 0, 0, 1, .. headers], Cancel);
        byte[] frame;
        var head = new byte[9];
        do
        {
            await stream.ReadExactlyAsync(head, Cancel);
            frame = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await stream.ReadExactlyAsync(frame, Cancel);
        }
        while (head[3] != 1);

        // The number of ":status: 400" in HPACK's table.
        Assert.AreEqual(0x8c, frame[0]);
        Assert.IsEmpty(backend.Begun);
    }

    [TestMethod]
    [Scenario("GATE-08")]
    public async Task A_body_without_a_length_over_HTTP_2_is_not_sent_again_without_it()
    {
        using var authority = new TestAuthority();
        await using var broken = await TestBackend.StartAsync("broken");
        await using var well = await TestBackend.StartAsync("well");
        broken.Answer = static context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var settings = Settings(authority, broken, well);
        settings.Cluster["LoadBalancingPolicy"] = "FirstAlphabetical";
        await using var gateway = await TestGateway.StartAsync(settings, Addresses);
        using var client = new HttpClient(authority.CreateHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.SecureAddress, "/x"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = System.Net.Http.Json.JsonContent.Create("a body"),
        };
        request.Headers.Add("Idempotency-Key", "key-1");

        using var response = await client.SendAsync(request, Cancel);

        Assert.AreEqual(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.AreEqual(8, broken.Seen.Single().BodyLength);
        Assert.IsEmpty(well.Begun);
    }

    private static TestSettings Settings(TestAuthority authority, params TestBackend[] backends)
    {
        var settings = new TestSettings(backends);
        settings["Tls"] = new JsonObject { ["CertificateFile"] = authority.CertificateFile, ["KeyFile"] = authority.KeyFile };
        return settings;
    }
}
