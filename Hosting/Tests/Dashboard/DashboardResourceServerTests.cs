using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dashboard.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace XoeNovAi.Hosting.Tests.Dashboard;

[TestClass]
public sealed class DashboardResourceServerTests
{
    private static readonly DashboardResource Postgres = new()
    {
        Name = "postgres",
        DisplayName = "postgres",
        ResourceType = "Container",
        Uid = "1",
        State = "Running",
        Environment = [new("PGPASSWORD", "hunter2", IsFromSpec: true, IsSensitive: true), new("PGPORT", "5432", IsFromSpec: true)],
        Properties = [new(DashboardPropertyNames.ConnectionString, "Password=hunter2", IsSensitive: true)],
        Commands = [new() { Name = "resource-stop", DisplayName = "Stop" }],
    };

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    [DataRow(null)]
    [DataRow("wrong")]
    public async Task Caller_without_the_key_is_refused(string? key)
    {
        await using var server = await DashboardResourceServer.StartAsync(new RecordedResources(), Cancelled);
        using var channel = GrpcChannel.ForAddress(server.Url);

        var failure = await Assert.ThrowsExactlyAsync<RpcException>(async () => await Unary<ApplicationInformationRequest, ApplicationInformationResponse>(
            channel, "GetApplicationInformation", new(), key));

        Assert.AreEqual(StatusCode.Unauthenticated, failure.StatusCode);
        Assert.IsTrue(server.Url.IsLoopback);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task Resources_come_as_a_snapshot_and_then_as_changes_without_their_secrets()
    {
        var resources = new RecordedResources(Postgres);
        await using var server = await DashboardResourceServer.StartAsync(resources, Cancelled);
        using var channel = GrpcChannel.ForAddress(server.Url);
        using var call = Stream<WatchResourcesRequest, WatchResourcesUpdate>(channel, "WatchResources", new(), server.ApiKey);

        Assert.IsTrue(await call.ResponseStream.MoveNext(Cancelled));
        var initial = call.ResponseStream.Current.InitialData.Resources.Single();
        Assert.AreEqual("postgres", initial.Name);
        Assert.AreEqual("5432", initial.Environment.Single(variable => variable.Name == "PGPORT").Value);
        Assert.DoesNotContain("hunter2", initial.ToString());

        resources.Publish(new(Postgres with { State = "Exited" }));
        Assert.IsTrue(await call.ResponseStream.MoveNext(Cancelled));
        Assert.AreEqual("Exited", call.ResponseStream.Current.Changes.Value.Single().Upsert.State);

        resources.Publish(new(Postgres, IsDeleted: true));
        Assert.IsTrue(await call.ResponseStream.MoveNext(Cancelled));
        Assert.AreEqual("postgres", call.ResponseStream.Current.Changes.Value.Single().Delete.ResourceName);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task Log_is_sent_with_its_error_lines_marked()
    {
        await using var server = await DashboardResourceServer.StartAsync(new RecordedResources(Postgres), Cancelled);
        using var channel = GrpcChannel.ForAddress(server.Url);
        using var call = Stream<WatchResourceConsoleLogsRequest, WatchResourceConsoleLogsUpdate>(
            channel, "WatchResourceConsoleLogs", new() { ResourceName = "postgres" }, server.ApiKey);

        Assert.IsTrue(await call.ResponseStream.MoveNext(Cancelled));
        Assert.AreEqual(
            "1 ready False, 2 oops True",
            string.Join(", ", call.ResponseStream.Current.LogLines.Select(line => $"{line.LineNumber} {line.Text} {line.IsStdErr}")));
        Assert.IsFalse(await call.ResponseStream.MoveNext(Cancelled));
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task Command_is_executed_and_its_failure_told()
    {
        var resources = new RecordedResources(Postgres);
        await using var server = await DashboardResourceServer.StartAsync(resources, Cancelled);
        using var channel = GrpcChannel.ForAddress(server.Url);

        var answer = await Unary<ResourceCommandRequest, ResourceCommandResponse>(
            channel, "ExecuteResourceCommand", new() { ResourceName = "postgres", CommandName = "resource-stop" }, server.ApiKey);

        Assert.AreEqual(ResourceCommandResponseKind.Failed, answer.Kind);
        Assert.AreEqual("it is stopped", answer.Message);
        Assert.AreEqual("postgres resource-stop", resources.Commands.Single());
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task Stopping_ends_open_streams()
    {
        var server = await DashboardResourceServer.StartAsync(new RecordedResources(Postgres), Cancelled);
        using var channel = GrpcChannel.ForAddress(server.Url);
        using var call = Stream<WatchResourcesRequest, WatchResourcesUpdate>(channel, "WatchResources", new(), server.ApiKey);
        Assert.IsTrue(await call.ResponseStream.MoveNext(Cancelled));

        await server.DisposeAsync();

        Assert.IsFalse(await call.ResponseStream.MoveNext(Cancelled));
    }

    [TestMethod]
    public void Launch_keeps_secrets_off_the_command_line()
    {
        var launch = new DashboardLaunch
        {
            ExecutablePath = "aspire-managed",
            FrontendUrl = new("http://127.0.0.1:1"),
            OtlpGrpcUrl = new("http://127.0.0.1:2"),
            OtlpHttpUrl = new("http://127.0.0.1:3"),
            ResourceServiceUrl = new("http://127.0.0.1:4"),
            ResourceServiceApiKey = "key",
            HomeFolder = "/run/home",
        };

        Assert.AreEqual("dashboard", launch.Arguments.Single());
        Assert.AreEqual(launch.OtlpApiKey, launch.Environment["DASHBOARD__OTLP__PRIMARYAPIKEY"]);
        Assert.AreEqual($"http://127.0.0.1:1/login?t={launch.BrowserToken}", launch.LoginUrl.ToString());
        Assert.AreNotEqual(launch.OtlpApiKey, launch.TelemetryApiKey);
    }

    private static Method<TRequest, TResponse> MethodOf<TRequest, TResponse>(MethodType type, string name)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
        => new(
            type,
            "aspire.v1.DashboardService",
            name,
            Marshallers.Create(message => message.ToByteArray(), bytes => new MessageParser<TRequest>(() => new()).ParseFrom(bytes)),
            Marshallers.Create(message => message.ToByteArray(), bytes => new MessageParser<TResponse>(() => new()).ParseFrom(bytes)));

    private CallOptions Options(string? key)
        => new(key is null ? [] : new Metadata { { "x-resource-service-api-key", key } }, cancellationToken: Cancelled);

    private AsyncUnaryCall<TResponse> Unary<TRequest, TResponse>(GrpcChannel channel, string name, TRequest request, string? key)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
        => channel.CreateCallInvoker().AsyncUnaryCall(MethodOf<TRequest, TResponse>(MethodType.Unary, name), null, Options(key), request);

    private AsyncServerStreamingCall<TResponse> Stream<TRequest, TResponse>(GrpcChannel channel, string name, TRequest request, string? key)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
        => channel.CreateCallInvoker().AsyncServerStreamingCall(MethodOf<TRequest, TResponse>(MethodType.ServerStreaming, name), null, Options(key), request);
}
