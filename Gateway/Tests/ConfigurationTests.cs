using System.Diagnostics;
using System.Text.Json.Nodes;
using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Tests;

/// <summary>What is wrong in the configuration stops the start, and is named with its line.</summary>
[TestClass]
public sealed class ConfigurationTests : GatewayTest
{
    private const string Route = """{ "Paths": [ "/*" ], "Service": "test" }""";

    [TestMethod]
    [DataRow("""{ "Routes": [] }""", "Gateway:Routes", "at least one route")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/*" ] } ] }""", "Gateway:Routes:0:Service", "Name the service")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/a/*", "b" ], "Service": "x" } ] }""", "Gateway:Routes:0:Paths:1", "/chat/*")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/a*" ], "Service": "x" } ] }""", "Gateway:Routes:0:Paths:0", "/chat/*")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/a/*" ], "Service": "x" }, { "Paths": [ "/a/*" ], "Service": "y" } ] }""", "Gateway:Routes:1:Paths:0", "already taken")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/a/*" ], "Service": "x", "StripPrefix": "/b" } ] }""", "Gateway:Routes:0:Paths:0", "StripPrefix")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/*" ], "Service": "x", "RateLimt": "a" } ] }""", "Gateway:Routes:0:RateLimt", "There are: Paths")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/*" ], "Service": "x", "RateLimit": "a" } ] }""", "Gateway:Routes:0:RateLimit", "RateLimits does not have")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/*" ], "Service": "x", "Access": "ApiKey" } ] }""", "Gateway:Routes:0:Access", "nobody could pass")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/*" ], "Service": "x", "Access": "Sesame" } ] }""", "Gateway:Routes:0:Access", "cannot be read")]
    [DataRow("""{ "Routes": [ ROUTE ], "ResponseTimeout": "soon" }""", "Gateway:ResponseTimeout", "00:00:30")]
    [DataRow("""{ "Routes": [ ROUTE ], "Services": { "test": { "LoadBalancing": "Fair" } } }""", "Gateway:Services:test:LoadBalancing", "RoundRobin")]
    [DataRow("""{ "Routes": [ ROUTE ], "Services": { "tset": { } } }""", "Gateway:Services", "no route")]
    [DataRow("""{ "Routes": [ ROUTE ], "Services": { "test": { "Destinations": [ "localhost" ] } } }""", "Gateway:Services:test:Destinations:0", "http://127.0.0.1:5000")]
    [DataRow("""{ "Routes": [ ROUTE ], "Retries": { "Budget": 2 } }""", "Gateway:Retries:Budget", "from 0 to 1")]
    [DataRow("""{ "Routes": [ ROUTE ], "Breaker": { "Break": "00:00:00" } }""", "Gateway:Breaker:Break", "half a second")]
    [DataRow("""{ "Routes": [ ROUTE ], "RateLimits": { "default": { "Requests": 0 } } }""", "Gateway:RateLimits:default:Requests", "above zero")]
    [DataRow("""{ "Routes": [ ROUTE ], "Cors": { "Origins": [ "*" ], "Credentials": true } }""", "Gateway:Cors:Origins:0", "Credentials")]
    [DataRow("""{ "Routes": [ ROUTE ], "Clients": { "TrustedProxies": [ "10.89.0.0/33" ] } }""", "Gateway:Clients:TrustedProxies:0", "10.89.0.0/24")]
    [DataRow("""{ "Routes": [ ROUTE ], "Authentication": { "ApiKeys": { "a": "short-secret" } } }""", "Gateway:Authentication:ApiKeys:a", "sha256:")]
    [DataRow("""{ "Routes": [ ROUTE ], "Authentication": { "Jwt": { "Issuer": "i", "Audience": "a", "Keys": { "k": "no key" } } } }""", "Gateway:Authentication:Jwt:Keys:k", "PEM")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/a//b" ], "Service": "x" } ] }""", "Gateway:Routes:0:Paths:0", "/chat/*")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/a" ], "Service": "x y" } ] }""", "Gateway:Routes:0:Service", "as Consul has it")]
    [DataRow("""{ "Routes": [ ROUTE, { "Paths": [ "/a/*" ], "Service": "x" } ] }""", "Gateway:Routes:1:Paths:0", "never reached")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/a/*", "/a" ], "Service": "x" } ] }""", "Gateway:Routes:0:Paths:1", "never reached")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/health" ], "Service": "x" } ] }""", "Gateway:Routes:0:Paths:0", "answers itself")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/*" ], "Service": "x", "ResponseTimeout": "60.00:00:00" } ], "IdleTimeout": "1.00:00:00" }""", "Gateway:Routes:0:ResponseTimeout", "at most a day")]
    [DataRow("""{ "Routes": [ ROUTE ], "Breaker": { "Break": "2.00:00:00" } }""", "Gateway:Breaker:Break", "at most a day")]
    [DataRow("""{ "Routes": [ ROUTE ], "Health": { "Interval": "90.00:00:00" } }""", "Gateway:Health:Interval", "at most a day")]
    [DataRow("""{ "Routes": [ ROUTE ], "RateLimits": { "default": { "Requests": 1, "Window": "2.00:00:00" } } }""", "Gateway:RateLimits:default:Window", "at most a day")]
    [DataRow("""{ "Routes": [ ROUTE ], "MaximumBodyBytes": 9223372036854775807 }""", "Gateway:MaximumBodyBytes", "104857600")]
    [DataRow("""{ "Routes": [ ROUTE ], "Services": { "test": { "AffinityCookie": "" } } }""", "Gateway:Services:test:AffinityCookie", "is needed")]
    [DataRow("""{ "Routes": [ ROUTE ], "Services": { "test": { "Destinations": [ "http://a:short-secret@c" ] } } }""", "Gateway:Services:test:Destinations:0", "http://127.0.0.1:5000")]
    [DataRow("""{ "Routes": [ ROUTE ], "Cors": { "Methods": [ "GE T" ] } }""", "Gateway:Cors:Methods:0", "like GET")]
    [DataRow("""{ "Routes": [ ROUTE ], "Cors": { "MaximumAge": "-00:00:01" } }""", "Gateway:Cors:MaximumAge", "must not be negative")]
    [DataRow("""{ "Routes": [ ROUTE ], "Authentication": { "ApiKeys": { "a": "short-secret-0123456789", "b": "short-secret-0123456789" } } }""", "Gateway:Authentication:ApiKeys:b", "of their own")]
    [DataRow("""{ "Routes": [ ROUTE ], "Tls": { "CertificateFile": "/nowhere.pem", "KeyFile": "/nowhere.key" } }""", "Gateway:Tls:CertificateFile", "no file")]
    [DataRow("""{ "Routes": [ { "Paths": "/*", "Service": "x" } ] }""", "Gateway:Routes:0:Paths", "in brackets")]
    [DataRow("""{ "Routes": [ { "Paths": [ [ "/*" ] ], "Service": "x" } ] }""", "Gateway:Routes:0:Paths:0", "no value of its own")]
    [DataRow("""{ "Routes": [ { "Paths": [ "/*" ], "Service": null } ] }""", "Gateway:Routes:0:Service", "no value of its own")]
    [DataRow("""{ "Routes": [ { "Paths": null, "Service": "x" } ] }""", "Gateway:Routes:0:Paths", "at least one path")]
    [DataRow("""{ "Routes": [ ROUTE ], "Authentication": { "ApiKeys": "short-secret" } }""", "Gateway:Authentication:ApiKeys", "in brackets")]
    [DataRow("""{ "Routes": [ ROUTE ], "Retries": { "Budget": "much" } }""", "Gateway:Retries:Budget", "numbers 42")]
    [DataRow("""{ "Routes": [ ROUTE ], "MinimumBodyBytesPerSecond": 99999999999 }""", "Gateway:MinimumBodyBytesPerSecond", "numbers 42")]
    [DataRow("""{ "Routes": [ ROUTE ], "Cors": { "Credentials": "maybe" } }""", "Gateway:Cors:Credentials", "true or false")]
    [DataRow("""{ "Routes": [ ROUTE ], "ResponseTimeout": { "Seconds": 5 } }""", "Gateway:ResponseTimeout", "no value of its own")]
    [DataRow("""{ "Routes": [ ROUTE ], "Services": { "test": { "Http2": "" } } }""", "Gateway:Services:test:Http2", "true or false")]
    public async Task A_wrong_setting_is_named_with_its_line_and_the_cure(string json, string key, string cure)
    {
        var settings = JsonNode.Parse(json.Replace("ROUTE", Route, StringComparison.Ordinal))!.AsObject();

        var complaint = await Assert.ThrowsExactlyAsync<GatewayConfigurationException>(() => TestGateway.StartAsync(settings));

        TestContext.WriteLine(complaint.Message);
        Assert.MatchesRegex(@"^appsettings\.json:[0-9]+: ", complaint.Message);
        Assert.Contains($": {key}", complaint.Message);
        Assert.Contains(cure, complaint.Message);
        Assert.DoesNotContain("short-secret", complaint.Message);
    }

    [TestMethod]
    public async Task The_line_is_the_one_the_setting_is_on()
    {
        await using var backend = await TestBackend.StartAsync();
        var settings = TestGateway.Settings(backend);
        settings["Routes"]!.AsArray().Insert(0, new JsonObject { ["Paths"] = new JsonArray("/x/*"), ["Service"] = "y", ["RateLimit"] = "none-such" });
        var written = new JsonObject { ["Logging"] = new JsonObject { ["LogLevel"] = new JsonObject { ["Default"] = "Critical" } }, ["Gateway"] = settings.DeepClone() };
        var line = written.ToJsonString(new() { WriteIndented = true }).Split('\n').Index().Single(static l => l.Item.Contains("none-such", StringComparison.Ordinal)).Index + 1;

        var complaint = await Assert.ThrowsExactlyAsync<GatewayConfigurationException>(() => TestGateway.StartAsync(settings));

        Assert.StartsWith($"appsettings.json:{line}: ", complaint.Message);
    }

    [TestMethod]
    public async Task An_argument_that_is_wrong_is_named_as_one()
    {
        await using var backend = await TestBackend.StartAsync();

        var complaint = await Assert.ThrowsExactlyAsync<GatewayConfigurationException>(() => TestGateway.StartAsync(TestGateway.Settings(backend), "--Gateway:ResponseTimeout=-1"));

        Assert.StartsWith("argument --Gateway:ResponseTimeout: ", complaint.Message);
    }

    [TestMethod]
    [DataRow("appsettings.json", "{\n  \"Gateway\": {\n    \"Routes\": [ }\n}", "appsettings.json:3: this is no JSON from byte 17 of the line on.")]
    [DataRow("appsettings.Test.json", "{\n  \"Gateway\": { \"Routes\": [] \n", "appsettings.Test.json:3: this is no JSON from byte 1 of the line on.")]
    [DataRow("appsettings.Test.json", "{ \"Gateway\": { \"IdleTimeout\": \"00:10:00\", \"idleTimeout\": \"00:10:00\" } }", "appsettings.Test.json: A duplicate key")]
    public async Task The_program_ends_with_one_sentence_and_the_code_1(string file, string content, string complaint)
    {
        var folder = Directory.CreateTempSubdirectory("xnai-gateway-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, file), content, Cancel);
            using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(GatewayApplication).Assembly.Location, $"--contentRoot={folder}", "--environment=Test", "--urls=http://127.0.0.1:0"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            var error = await process.StandardError.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel);

            Assert.AreEqual(1, process.ExitCode, error);
            Assert.StartsWith($"The gateway does not start. {complaint}", error);
            Assert.HasCount(1, error.Trim().Split('\n'), error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
