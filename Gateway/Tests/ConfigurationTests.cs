using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Tests;

/// <summary>What is wrong in the configuration stops the start, and is named with its line.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class ConfigurationTests : GatewayTest
{
    private const string Right = """{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/{**rest}" } } }, "Clusters": CLUSTERS }""";
    private const string Whole = """{ "ReverseProxy": { "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/{**rest}" } } }, "Clusters": { "test": { "Destinations": { "test": { "Address": "http://test" } } } } } }""";
    private const string Clusters = """{ "test": { "Destinations": { "test": { "Address": "http://test" } } } }""";

    [TestMethod]
    [DataRow("""{ "Routes": { } }""", "ReverseProxy:Routes", "at least one route")]
    [DataRow("""{ "Routes": { "all": ROUTE } }""", "ReverseProxy:Routes:all:ClusterId", "It has: none")]
    [DataRow("""{ "Routes": { "all": { "Match": { "Path": "/{**rest}" } } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:ClusterId", "Name one of Clusters: test")]
    [DataRow("""{ "Routes": { "all": ROUTE }, "Clusters": { "tset": { "Destinations": { "t": { "Address": "http://test" } } } } }""", "ReverseProxy:Routes:all:ClusterId", "It has: tset")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "b" } } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:Match:Path", "/chat/{**rest}")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a/{**rest" } } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all", "YARP")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { } } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all", "Path")]
    [DataRow("""{ "Routes": { "all": ROUTE, "more": ROUTE }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:more:Match", "already taken")]
    [DataRow("""{ "Routes": { "all": ROUTE, "more": { "ClusterId": "test", "Match": { "Path": "/{**all}/" }, "Order": 0 } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:more:Match", "already taken")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Hosts": [ "a.test" ] } }, "more": { "ClusterId": "test", "Match": { "Hosts": [ "a.test" ], "Path": "/{**rest}" } } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:more:Match", "already taken")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/health" } } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:Match:Path", "answers that itself")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/Health/" } } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:Match:Path", "answers that itself")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/{**rest}" }, "Order": -1 } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:Match:Path", "answers that itself")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a/{**rest}" }, "Transforms": [ { "PathRemovePrefix": "/b" } ] } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:Match:Path", "does not begin with the prefix '/b'")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a" }, "Transforms": [ { "PathRemovePrefix": "a" } ] } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:Transforms", "like /chat")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a" }, "Transforms": [ { "PathRemovePrefx": "/a" } ] } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all", "PathRemovePrefx")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a" }, "RateLimiterPolcy": "a" } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:RateLimiterPolcy", "RateLimiterPolicy")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a" }, "RateLimiterPolicy": "a" } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:RateLimiterPolicy", "Gateway:RateLimits does not have")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a" }, "AuthorizationPolicy": "a" } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:AuthorizationPolicy", "Gateway:Authorization does not have")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a" }, "CorsPolicy": "a" } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:CorsPolicy", "Gateway:Cors does not have")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a" }, "TimeoutPolicy": "a" } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all", "Timeout policy 'a'")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a" }, "Timeout": "soon" } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:Timeout", "00:00:30")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a" }, "Metadata": { "ResponseTimeout": "soon" } } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:Metadata:ResponseTimeout", "00:00:30")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a" }, "Metadata": { "ResponseTimeout": "01:00:00" } } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:Metadata:ResponseTimeout", "ActivityTimeout, 00:10:00")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a", "Methods": "GET" } } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:Match:Methods", "in brackets")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": "/a" } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:Match", "in brackets")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": [ "/a" ] } } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:Match:Path", "no value of its own")]
    [DataRow("""{ "Routes": { "all": { "ClusterId": "test", "Match": { "Path": "/a" }, "Order": "first" } }, "Clusters": CLUSTERS }""", "ReverseProxy:Routes:all:Order", "numbers 42")]
    [DataRow("""{ "Routes": { "all": ROUTE }, "Clusters": { "test": { "LoadBalancingPolicy": "Fair", "Destinations": { "t": { "Address": "http://test" } } } } }""", "ReverseProxy:Clusters:test:LoadBalancingPolicy", "RoundRobin")]
    [DataRow("""{ "Routes": { "all": ROUTE }, "Clusters": { "test": { "Destinations": { "t": { "Address": "http://test" } } }, "other": { "Destinations": { "t": { "Address": "http://test" } } } } }""", "ReverseProxy:Clusters:other", "no route")]
    [DataRow("""{ "Routes": { "all": ROUTE }, "Clusters": { "test": { } } }""", "ReverseProxy:Clusters:test:Destinations", "http://test")]
    [DataRow("""{ "Routes": { "all": ROUTE }, "Clusters": { "test": { "Destinations": { "t": { "Address": "localhost" } } } } }""", "ReverseProxy:Clusters:test:Destinations:t:Address", "http://127.0.0.1:5000")]
    [DataRow("""{ "Routes": { "all": ROUTE }, "Clusters": { "test": { "Destinations": { "t": { "Address": "http://a:short-secret@c" } } } } }""", "ReverseProxy:Clusters:test:Destinations:t:Address", "http://127.0.0.1:5000")]
    [DataRow("""{ "Routes": { "all": ROUTE }, "Clusters": { "test": { "Destinations": { "t": { "Address": "http://test" } }, "SessionAffinity": { "Enabled": true, "Policy": "HashCookie" } } } }""", "ReverseProxy:Clusters:test", "Affinity key name")]
    [DataRow("""{ "Routes": { "all": ROUTE }, "Clusters": { "test": { "Destinations": { "t": { "Address": "http://test" } }, "HealthCheck": { "Active": { "Enabled": true, "Policy": "Guess" } } } } }""", "ReverseProxy:Clusters:test", "Guess")]
    [DataRow("""{ "Routes": { "all": ROUTE }, "Clusters": { "test": { "Destinations": { "t": { "Address": "http://test" } }, "HttpRequest": { "Version": "two" } } } }""", "ReverseProxy:Clusters:test:HttpRequest:Version", "cannot be read")]
    [DataRow("""{ "Routs": { } }""", "ReverseProxy:Routs", "There are: Routes, Clusters")]
    public Task A_wrong_setting_of_YARP_is_named_with_its_line_and_the_cure(string json, string key, string cure) =>
        CheckAsync("{ }", json.Replace("ROUTE", """{ "ClusterId": "test", "Match": { "Path": "/{**rest}" } }""", StringComparison.Ordinal), key, cure);

    [TestMethod]
    [DataRow("""{ "ResponseTimeout": "soon" }""", "Gateway:ResponseTimeout", "00:00:30")]
    [DataRow("""{ "Routes": [ ] }""", "Gateway:Routes", "There are: ResponseTimeout")]
    [DataRow("""{ "Retries": { "Budget": 2 } }""", "Gateway:Retries:Budget", "from 0 to 1")]
    [DataRow("""{ "Breaker": { "Break": "00:00:00" } }""", "Gateway:Breaker:Break", "half a second")]
    [DataRow("""{ "RateLimits": { "few": { "Requests": 0 } } }""", "Gateway:RateLimits:few:Requests", "above zero")]
    [DataRow("""{ "RateLimits": { "default": { "Requests": 1 } } }""", "Gateway:RateLimits:default", "Take another")]
    [DataRow("""{ "Cors": { "Default": { "Origins": [ "*" ], "Credentials": true } } }""", "Gateway:Cors:Default:Origins:0", "Credentials")]
    [DataRow("""{ "Clients": { "TrustedProxies": [ "10.89.0.0/33" ] } }""", "Gateway:Clients:TrustedProxies:0", "10.89.0.0/24")]
    [DataRow("""{ "Authentication": { "ApiKeys": { "a": "short-secret" } } }""", "Gateway:Authentication:ApiKeys:a", "sha256:")]
    [DataRow("""{ "Authentication": { "Jwt": { "Issuer": "i", "Audience": "a", "Keys": { "k": "no key" } } } }""", "Gateway:Authentication:Jwt:Keys:k", "PEM")]
    [DataRow("""{ "Authorization": { "holders": { "Schemes": [ "ApiKey" ] } } }""", "Gateway:Authorization:holders:Schemes", "nobody could pass")]
    [DataRow("""{ "Authorization": { "holders": { "Schemes": [ "Sesame" ] } } }""", "Gateway:Authorization:holders:Schemes:0", "ApiKey, Bearer")]
    [DataRow("""{ "Authorization": { "holders": { } } }""", "Gateway:Authorization:holders:Schemes", "at least one")]
    [DataRow("""{ "Authorization": { "holders": { "Schemes": [ "ApiKey" ], "Scope": "x" } }, "Authentication": { "ApiKeys": { "a": "short-secret-0123456789" } } }""", "Gateway:Authorization:holders:Scope", "Bearer")]
    [DataRow("""{ "Authorization": { "anonymous": { "Schemes": [ "ApiKey" ] } } }""", "Gateway:Authorization:anonymous", "Take another")]
    [DataRow("""{ "Breaker": { "Break": "2.00:00:00" } }""", "Gateway:Breaker:Break", "at most a day")]
    [DataRow("""{ "RateLimits": { "few": { "Requests": 1, "Window": "2.00:00:00" } } }""", "Gateway:RateLimits:few:Window", "at most a day")]
    [DataRow("""{ "MaximumBodyBytes": 9223372036854775807 }""", "Gateway:MaximumBodyBytes", "104857600")]
    [DataRow("""{ "Cors": { "Default": { "Methods": [ "GE T" ] } } }""", "Gateway:Cors:Default:Methods:0", "like GET")]
    [DataRow("""{ "Cors": { "Default": { "MaximumAge": "-00:00:01" } } }""", "Gateway:Cors:Default:MaximumAge", "must not be negative")]
    [DataRow("""{ "Authentication": { "ApiKeys": { "a": "short-secret-0123456789", "b": "short-secret-0123456789" } } }""", "Gateway:Authentication:ApiKeys:b", "of their own")]
    [DataRow("""{ "Tls": { "CertificateFile": "/nowhere.pem", "KeyFile": "/nowhere.key" } }""", "Gateway:Tls:CertificateFile", "no file")]
    [DataRow("""{ "Cors": { "Default": { "Origins": "https://ui.test" } } }""", "Gateway:Cors:Default:Origins", "in brackets")]
    [DataRow("""{ "Authentication": { "ApiKeys": "short-secret" } }""", "Gateway:Authentication:ApiKeys", "in brackets")]
    [DataRow("""{ "Retries": { "Budget": "much" } }""", "Gateway:Retries:Budget", "numbers 42")]
    [DataRow("""{ "MinimumBodyBytesPerSecond": 99999999999 }""", "Gateway:MinimumBodyBytesPerSecond", "numbers 42")]
    [DataRow("""{ "Cors": { "Default": { "Credentials": "maybe" } } }""", "Gateway:Cors:Default:Credentials", "true or false")]
    [DataRow("""{ "ResponseTimeout": { "Seconds": 5 } }""", "Gateway:ResponseTimeout", "no value of its own")]
    public Task A_wrong_setting_of_the_gateway_is_named_with_its_line_and_the_cure(string json, string key, string cure) => CheckAsync(json, Right, key, cure);

    private async Task CheckAsync(string gateway, string proxy, string key, string cure)
    {
        var file = $$"""{ "Gateway": {{gateway}}, "ReverseProxy": {{proxy.Replace("CLUSTERS", Clusters, StringComparison.Ordinal)}} }""";

        var complaint = await Assert.ThrowsExactlyAsync<GatewayConfigurationException>(() => TestGateway.StartAsync(new TestSettings(JsonNode.Parse(file)!.AsObject())));

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
        var settings = new TestSettings(backend);
        settings.Routes["x"] = TestSettings.RouteTo("test", "/x/{**rest}");
        settings.Routes["x"]!["RateLimiterPolicy"] = "none-such";
        var line = settings.ToJson().Split('\n').Index().Single(static l => l.Item.Contains("none-such", StringComparison.Ordinal)).Index + 1;

        var complaint = await Assert.ThrowsExactlyAsync<GatewayConfigurationException>(() => TestGateway.StartAsync(settings));

        Assert.StartsWith($"appsettings.json:{line}: ", complaint.Message);
    }

    [TestMethod]
    public async Task An_argument_that_is_wrong_is_named_as_one()
    {
        await using var backend = await TestBackend.StartAsync();

        var complaint = await Assert.ThrowsExactlyAsync<GatewayConfigurationException>(() => TestGateway.StartAsync(new TestSettings(backend), "--Gateway:ResponseTimeout=-1"));

        Assert.StartsWith("argument --Gateway:ResponseTimeout: ", complaint.Message);
    }

    [TestMethod]
    [DataRow("a private key")]
    [DataRow("another curve")]
    [DataRow("a short RSA key")]
    public async Task A_key_of_an_issuer_that_would_not_do_is_refused(string kind)
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(1024);
        var pem = kind switch
        {
            "a private key" => p256.ExportPkcs8PrivateKeyPem(),
            "another curve" => p384.ExportSubjectPublicKeyInfoPem(),
            _ => rsa.ExportSubjectPublicKeyInfoPem(),
        };
        await using var backend = await TestBackend.StartAsync();
        var settings = new TestSettings(backend);
        settings["Authentication"] = new JsonObject { ["Jwt"] = new JsonObject { ["Issuer"] = "i", ["Audience"] = "a", ["Keys"] = new JsonObject { ["k"] = pem } } };

        var complaint = await Assert.ThrowsExactlyAsync<GatewayConfigurationException>(() => TestGateway.StartAsync(settings));

        Assert.Contains("Gateway:Authentication:Jwt:Keys:k", complaint.Message);
        Assert.Contains("must be a public key as PEM: ECDSA P-256, or RSA of at least 2048 bits", complaint.Message);
        Assert.DoesNotContain(pem.Split('\n')[1], complaint.Message, "the key itself is in no message");
    }

    [TestMethod]
    [DataRow("appsettings.json", "{\n  \"Gateway\": {\n    \"Clients\": [ }\n}", "appsettings.json:3: this is no JSON from byte 18 of the line on.")]
    [DataRow("appsettings.Test.json", "{\n  \"Gateway\": { \"Routes\": [] \n", "appsettings.Test.json:3: this is no JSON from byte 1 of the line on.")]
    [DataRow("appsettings.Test.json", "{ \"Gateway\": { \"ResponseTimeout\": \"00:10:00\", \"responseTimeout\": \"00:10:00\" } }", "appsettings.Test.json: A duplicate key")]
    [DataRow("appsettings.json", "\uFEFF{\n  \"ReverseProxy\": { \"Routs\": { } }\n}", "appsettings.json:2: ReverseProxy:Routs", ArgumentsDisplayName = "with a byte order mark")]
    [DataRow("appsettings.json", Whole, "environment variable Gateway__ResponseTimeout: ", "-1", ArgumentsDisplayName = "by an environment variable")]
    public async Task The_program_ends_with_one_sentence_and_the_code_1(string file, string content, string complaint, string? timeout = null) =>
        await EndsAsync(file, content, complaint, new() { ["Gateway__ResponseTimeout"] = timeout }, "--environment=Test", "--urls=http://127.0.0.1:0");

    [TestMethod]
    [DataRow(null, "Failed to bind to address", ArgumentsDisplayName = "a port that is taken")]
    [DataRow("http://203.0.113.1:5000", "Cannot assign requested address", ArgumentsDisplayName = "an address of another machine")]
    public async Task Where_it_cannot_listen_is_one_sentence(string? address, string why)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await EndsAsync("appsettings.json", Whole, why, [], $"--urls={address ?? $"http://{taken.LocalEndpoint}"}");
    }

    private async Task EndsAsync(string file, string content, string complaint, Dictionary<string, string?> environment, params IEnumerable<string> arguments)
    {
        var folder = Directory.CreateTempSubdirectory("xnai-gateway-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, file), content, Cancel);
            var start = new ProcessStartInfo("dotnet", [typeof(GatewayApplication).Assembly.Location, $"--contentRoot={folder}", .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }

            using var process = Process.Start(start)!;
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
