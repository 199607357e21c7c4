using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace XoeNovAi.IntegrationTests.Hosting;

[TestClass]
public sealed class ConfigurationTests : StackTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [TestMethod]
    [Scenario("HOST-05")]
    [DataRow("--Stack:Nonsense=1", "Stack:Nonsense", "is not a setting")]
    [DataRow("--Stack:Services:rag:Colour=red", "Stack:Services:rag:Colour", "is not a setting")]
    [DataRow("--Stack:Consul=3", "Stack:Consul", "Servers")]
    [DataRow("--Stack:Services=rag", "Stack:Services", "takes no value itself")]
    [DataRow("--Stack:Services:rag=process", "Stack:Services:rag", "Run, Image")]
    [DataRow("--Stack:Services:rga:Run=container", "Stack:Services:rga", "rag, oikos")]
    [DataRow("--Stack:Services:rag:Image=UPPER:/", "Stack:Services:rag:Image", "no name of an image")]
    [DataRow("--Stack:Services:rag:Image=", "Stack:Services:rag:Image", "no name of an image")]
    [DataRow("--Stack:Services:rag:Image=localhost/rag:1 --Stack:Services:rag:Run=process", "Stack:Services:rag:Run", "do not go together")]
    [DataRow("--Stack:Services:rag:Port=0", "Stack:Services:rag:Port", "1 to 65535")]
    [DataRow("--Stack:Services:rag:HealthPath=health", "Stack:Services:rag:HealthPath", "begins with '/'")]
    [DataRow("--Stack:GatewayPort=99999", "Stack:GatewayPort", "99999")]
    [DataRow("--Stack:GatewayPort=abc", "Stack:GatewayPort", "abc")]
    [DataRow("--Stack:StartTimeout=soon", "Stack:StartTimeout", "soon")]
    [DataRow("--Stack:Run=magic", "Stack:Run", "magic")]
    [DataRow("--Stack:Run=2", "Stack:Run", "one of")]
    [DataRow("--Stack:Data:Pool=5", "Stack:Data:Pool", "one of")]
    [DataRow("--Stack:Data", "--Stack:Data", "has no value")]
    [DataRow("-Stack:Data ha", "-Stack:Data", "two dashes")]
    [DataRow("--Stack:Data=cluster", "Stack:Data", "Single, Ha")]
    [DataRow("--Stack:Data=ha --Stack:Data:Pool=pgbouncer", "Stack:Data:Pool", "do not go together")]
    [DataRow("--Parameters:nonsense=1", "Parameters:nonsense", "is not a parameter")]
    [DataRow("--Parameters:postgres-password=", "postgres-password", "value")]
    [DataRow("--Parameters:xnai-password=a;b", "xnai-password", "connection strings")]
    public async Task A_wrong_setting_is_named_in_one_sentence(string arguments, string name, string why)
        => await RefusedAsync(arguments.Split(' '), null, name, why);

    [TestMethod]
    [Scenario("HOST-05")]
    public async Task A_port_in_use_is_named_with_its_holder()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        await RefusedAsync([$"--Stack:GatewayPort={port}"], null, port, "'gateway'", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    [TestMethod]
    [Scenario("HOST-05")]
    public async Task A_dashboard_port_in_use_is_named()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        await RefusedAsync([], new Dictionary<string, string?> { ["ASPNETCORE_URLS"] = $"http://localhost:{port}" }, port, "dashboard");
    }

    [TestMethod]
    [Scenario("HOST-05")]
    public async Task A_dashboard_address_that_is_not_loopback_is_refused()
        => await RefusedAsync([], new Dictionary<string, string?> { ["ASPNETCORE_URLS"] = "http://0.0.0.0:18888" }, "ASPNETCORE_URLS", "loopback");

    private async Task RefusedAsync(string[] arguments, Dictionary<string, string?>? environment, params string[] words)
    {
        await using var appHost = AppHostProcess.Start(arguments, environment);
        await appHost.EndedAsync(Limit, Cancel);
        TestContext.WriteLine(appHost.Errors);
        Assert.AreEqual(1, appHost.ExitCode, appHost.Describe());
        Complaint.AssertOneSentence(appHost, words);
        await new RunTraces(Stack, appHost).GoneAsync(Cancel);
    }
}
