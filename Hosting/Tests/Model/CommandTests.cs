using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace XoeNovAi.Hosting.Tests.Model;

[TestClass]
public sealed class CommandTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_command_is_given_its_arguments_and_gives_back_its_result()
    {
        using var builder = Values.Builder();
        var container = builder.AddContainer("cache", "image").WithCommand(
            "clear",
            "Clear",
            static context => Task.FromResult(CommandResults.Success("cleared", $$"""{"zone":"{{context.Arguments.GetString("zone")}}"}""", CommandResultFormat.Json)),
            new CommandOptions { Arguments = [new() { Name = "zone", InputType = InputType.Text, Required = true }] });
        await using var application = await ListedAsync(builder, container.Resource);

        var result = await application.ResourceCommands.ExecuteCommandAsync("cache", "clear", With("zone", "eu"), Cancelled);

        Assert.IsTrue(result.Success, result.Message);
        Assert.AreEqual("cleared", result.Message);
        Assert.AreEqual("""{"zone":"eu"}""", result.Data?.Value);
        Assert.AreEqual(CommandResultFormat.Json, result.Data?.Format);
    }

    [TestMethod]
    [DataRow("zone", "", "zone: a value is required")]
    [DataRow("other", "x", "other: there is no such argument")]
    [DataRow("zone", "mars", "zone: is not on this planet")]
    public async Task Arguments_that_are_wrong_are_refused_before_the_command_runs(string name, string value, string reason)
    {
        using var builder = Values.Builder();
        var ran = false;
        var container = builder.AddContainer("cache", "image").WithCommand(
            "clear",
            "Clear",
            _ =>
            {
                ran = true;
                return Task.FromResult(CommandResults.Success());
            },
            new CommandOptions
            {
                Arguments = [new() { Name = "zone", InputType = InputType.Text, Required = true }],
                ValidateArguments = static context =>
                {
                    if (context.Inputs.GetString("zone") == "mars")
                    {
                        context.AddValidationError("zone", "is not on this planet");
                    }

                    return Task.CompletedTask;
                },
            });
        await using var application = await ListedAsync(builder, container.Resource);

        var result = await application.ResourceCommands.ExecuteCommandAsync("cache", "clear", With(name, value), Cancelled);

        Assert.IsFalse(result.Success);
        Assert.IsFalse(ran);
        StringAssert.Contains(result.Message, reason, StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Failures_and_unknown_commands_say_why()
    {
        using var builder = Values.Builder();
        var container = builder.AddContainer("cache", "image").WithCommand("break", "Break", static _ => throw new InvalidOperationException("broken"));
        await using var application = await ListedAsync(builder, container.Resource);

        Assert.AreEqual("broken", (await application.ResourceCommands.ExecuteCommandAsync(container.Resource, "break", Cancelled)).ErrorMessage);
        StringAssert.Contains((await application.ResourceCommands.ExecuteCommandAsync("cache", "unknown", Cancelled)).ErrorMessage, "'unknown'", StringComparison.Ordinal);
        StringAssert.Contains((await application.ResourceCommands.ExecuteCommandAsync("nobody", "break", Cancelled)).ErrorMessage, "'nobody'", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_command_is_offered_as_the_resources_state_allows()
    {
        using var builder = Values.Builder();
        var container = builder.AddContainer("cache", "image")
            .WithCommand("first", "Replaced", static _ => Task.FromResult(CommandResults.Success()))
            .WithCommand("first", "First", static _ => Task.FromResult(CommandResults.Success()), new CommandOptions
            {
                IsHighlighted = true,
                IconName = "Broom",
                ConfirmationMessage = "Sure?",
                UpdateState = static context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
            });
        await using var application = await ListedAsync(builder, container.Resource);

        var hidden = Commands(application).Single(static c => c.Name == "first");
        await application.ResourceNotifications.PublishUpdateAsync(container.Resource, static s => s with { State = KnownResourceStates.Running });
        var offered = Commands(application).Single(static c => c.Name == "first");

        Assert.AreEqual(ResourceCommandState.Hidden, hidden.State);
        Assert.AreEqual(ResourceCommandState.Enabled, offered.State);
        Assert.AreEqual(("First", "Broom", "Sure?", true), (offered.DisplayName, offered.IconName, offered.ConfirmationMessage, offered.IsHighlighted));
    }

    [TestMethod]
    [DataRow("/ok", true)]
    [DataRow("/missing", false)]
    public async Task An_http_command_asks_the_endpoint_and_gives_back_the_answer(string path, bool succeeds)
    {
        using var server = new HttpListener();
        var port = FreePorts.Next();
        server.Prefixes.Add($"http://localhost:{port}/");
        server.Start();
        using var builder = Values.Builder();
        var container = builder.AddContainer("api", "image").WithHttpEndpoint(targetPort: 80)
            .WithHttpCommand(path, "Ask", commandName: "ask", commandOptions: new HttpCommandOptions
            {
                ResultMode = HttpCommandResultMode.Auto,
                PrepareRequest = static context =>
                {
                    context.Request.Headers.Add("X-Resource", context.ResourceName);
                    return Task.CompletedTask;
                },
            });
        await using var application = await ListedAsync(builder, container.Resource);
        StringAssert.Contains((await application.ResourceCommands.ExecuteCommandAsync("api", "ask", Cancelled)).ErrorMessage, "not yet allocated", StringComparison.Ordinal);
        Values.Allocate(container.Resource, "http", port, "api", 80);

        var asking = application.ResourceCommands.ExecuteCommandAsync("api", "ask", Cancelled);
        var request = await server.GetContextAsync().WaitAsync(Cancelled);
        request.Response.StatusCode = request.Request.Url!.AbsolutePath == "/ok" ? 200 : 404;
        request.Response.ContentType = "application/json";
        await request.Response.OutputStream.WriteAsync("[1]"u8.ToArray(), Cancelled);
        request.Response.Close();
        var result = await asking;

        Assert.AreEqual("POST", request.Request.HttpMethod);
        Assert.AreEqual("api", request.Request.Headers["X-Resource"]);
        Assert.AreEqual(succeeds, result.Success);
        Assert.AreEqual(("[1]", CommandResultFormat.Json), (result.Data?.Value, result.Data?.Format));
    }

    [TestMethod]
    public void An_http_command_needs_an_http_endpoint()
    {
        using var builder = Values.Builder();

        var failure = Assert.ThrowsExactly<DistributedApplicationException>(() => builder.AddContainer("db", "image").WithEndpoint(targetPort: 5432).WithHttpCommand("/x", "X"));

        StringAssert.Contains(failure.Message, "HTTP command", StringComparison.Ordinal);
    }

    private static InteractionInputCollection With(string name, string value) => new([new() { Name = name, InputType = InputType.Text, Value = value }]);

    private static IEnumerable<ResourceCommandSnapshot> Commands(DistributedApplication application)
        => application.ResourceNotifications.TryGetCurrentState("cache", out var state) ? state.Snapshot.Commands : [];

    private async Task<DistributedApplication> ListedAsync(IDistributedApplicationTestingBuilder builder, IResource resource)
    {
        var application = await builder.BuildAsync(Cancelled);
        await application.ResourceNotifications.PublishUpdateAsync(resource, static s => s);
        return application;
    }
}
