using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace XoeNovAi.Gateway.Tests;

/// <summary>Credentials: what opens a route, and what does not.</summary>
[TestClass]
public sealed class AuthenticationTests : GatewayTest
{
    private const string Issuer = "https://issuer.test";
    private const string Audience = "xnai";
    private const string Key = "alice-0123456789abcdef";
    private static readonly ECDsa Signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ECDsa Other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly RSA Rsa = RSA.Create(2048);

    [TestMethod]
    [Scenario("SEC-01")]
    [DataRow("/key", "nothing", 401)]
    [DataRow("/key", "key", 200)]
    [DataRow("/key", "wrong key", 401)]
    [DataRow("/key", "two keys", 401)]
    [DataRow("/key", "key in the query", 401)]
    [DataRow("/key", "token", 401)]
    [DataRow("/token", "nothing", 401)]
    [DataRow("/token", "token", 200)]
    [DataRow("/token", "key", 401)]
    [DataRow("/token", "token of RSA", 200)]
    [DataRow("/token", "token of RSA with PSS", 200)]
    [DataRow("/token", "expired", 401)]
    [DataRow("/token", "not yet", 401)]
    [DataRow("/token", "other audience", 401)]
    [DataRow("/token", "other issuer", 401)]
    [DataRow("/token", "other signer", 401)]
    [DataRow("/token", "unsigned", 401)]
    [DataRow("/token", "public key as secret", 401)]
    [DataRow("/token", "no expiry", 401)]
    [DataRow("/token", "changed", 401)]
    [DataRow("/token", "rubbish", 401)]
    [DataRow("/scope", "token", 403)]
    [DataRow("/scope", "token with another scope", 403)]
    [DataRow("/scope", "token with scope", 200)]
    [DataRow("/any", "key", 200)]
    [DataRow("/any", "token", 200)]
    [DataRow("/any", "nothing", 401)]
    [DataRow("/TOKEN", "nothing", 401)]
    [DataRow("/%74oken", "nothing", 401)]
    [DataRow("/open", "nothing", 200)]
    [DataRow("/open", "rubbish", 200)]
    public async Task A_route_opens_to_what_it_asks_for_and_to_nothing_else(string path, string credential, int status)
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(Settings(backend));
        using var request = new HttpRequestMessage(HttpMethod.Get, credential == "key in the query" ? $"{path}?api_key={Key}" : path);
        Add(request, credential);

        using var response = await gateway.Client.SendAsync(request, Cancel);
        var body = await response.Content.ReadAsStringAsync(Cancel);

        Assert.AreEqual(status, (int)response.StatusCode, body);
        Assert.HasCount(status == 200 ? 1 : 0, backend.Seen, "what is refused reaches nobody");
        if (status == 401)
        {
            Assert.AreEqual("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.IsNotEmpty(response.Headers.WwwAuthenticate);
            Assert.DoesNotContain("IDX", $"{response.Headers}{body}", "the reason is not told to the caller");
        }
    }

    [TestMethod]
    [Scenario("SEC-01")]
    [DataRow("/key", "key", "alice", "api-key", null)]
    [DataRow("/scope", "token with scope", "bob%40home", "jwt", "read query")]
    [DataRow("/key", "key and token", "alice", "api-key", null)]
    [DataRow("/open", "nothing", null, null, null)]
    public async Task The_backend_learns_who_calls_from_the_gateway_alone(string path, string credential, string? subject, string? method, string? scope)
    {
        await using var backend = await TestBackend.StartAsync();
        await using var gateway = await TestGateway.StartAsync(Settings(backend));
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        Add(request, credential);
        request.Headers.Add("X-Auth-Subject", "root");
        request.Headers.Add("X-AUTH-METHOD", "magic");
        request.Headers.Add("X-Auth-Scope", "everything");
        request.Headers.Add("X-Auth-Role", "admin");

        using var response = await gateway.Client.SendAsync(request, Cancel);

        var seen = backend.Seen.Single().Headers;
        Assert.AreEqual(subject, seen.GetValueOrDefault("X-Auth-Subject"));
        Assert.AreEqual(method, seen.GetValueOrDefault("X-Auth-Method"));
        Assert.AreEqual(scope, seen.GetValueOrDefault("X-Auth-Scope"));
        Assert.IsFalse(seen.ContainsKey("X-Auth-Role"));
        Assert.IsFalse(seen.ContainsKey("X-API-Key"), "what the caller proved it with stays here");
        Assert.IsFalse(seen.ContainsKey("Authorization"));
    }

    [TestMethod]
    [Scenario("GATE-07")]
    public async Task The_subject_of_a_token_is_the_client_a_limit_counts()
    {
        await using var backend = await TestBackend.StartAsync();
        var settings = Settings(backend);
        settings.Routes["token"]!["RateLimiterPolicy"] = "few";
        settings.Routes["any"]!["RateLimiterPolicy"] = "few";
        settings.Route["RateLimiterPolicy"] = "few";
        settings["RateLimits"] = new JsonObject { ["few"] = new JsonObject { ["Requests"] = 2, ["Window"] = "00:10:00" } };
        await using var gateway = await TestGateway.StartAsync(settings);

        // Each is a token of its own; who it was made out to is the same.
        Assert.AreEqual(200, await StatusAsync(gateway, "/token", "token"));
        Assert.AreEqual(200, await StatusAsync(gateway, "/any", "token"));
        Assert.AreEqual(429, await StatusAsync(gateway, "/token", "token"));
        Assert.AreEqual(200, await StatusAsync(gateway, "/token", "token with scope"), "another subject, from the same address");

        // What is not valid counts for the address, and so does an open route's caller without any.
        Assert.AreEqual(401, await StatusAsync(gateway, "/token", "other signer"));
        Assert.AreEqual(200, await StatusAsync(gateway, "/open", "nothing"));
        Assert.AreEqual(429, await StatusAsync(gateway, "/open", "other signer"));
        Assert.AreEqual(200, await StatusAsync(gateway, "/any", "key"), "the holder of a key is another client still");
    }

    [TestMethod]
    [Scenario("SEC-03")]
    public async Task A_key_that_is_not_known_is_in_no_log()
    {
        await using var backend = await TestBackend.StartAsync();
        var written = Console.Out;
        using var log = new StringWriter();
        try
        {
            Console.SetOut(TextWriter.Synchronized(log));
            await using var gateway = await TestGateway.StartAsync(Settings(backend), "--Logging:LogLevel:Default=Trace");
            Assert.AreEqual(401, await StatusAsync(gateway, "/key", "wrong key"));
            Assert.AreEqual(200, await StatusAsync(gateway, "/open", "key"));
        }
        finally
        {
            // The gateway has ended by now, and with it whatever it had still to write.
            Console.SetOut(written);
        }

        Assert.Contains("ApiKey was not authenticated", log.ToString(), "the log is there");
        Assert.DoesNotContain(Key, log.ToString());
    }

    private async Task<int> StatusAsync(TestGateway gateway, string path, string credential)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        Add(request, credential);
        using var response = await gateway.Client.SendAsync(request, Cancel);
        return (int)response.StatusCode;
    }

    private static TestSettings Settings(TestBackend backend)
    {
        var settings = new TestSettings(backend);
        settings["Authorization"] = new JsonObject
        {
            ["key"] = new JsonObject { ["Schemes"] = new JsonArray("ApiKey") },
            ["token"] = new JsonObject { ["Schemes"] = new JsonArray("Bearer") },
            ["any"] = new JsonObject { ["Schemes"] = new JsonArray("ApiKey", "Bearer") },
            ["scope"] = new JsonObject { ["Schemes"] = new JsonArray("Bearer"), ["Scope"] = "query" },
        };
        foreach (var id in (string[])["key", "token", "any", "scope"])
        {
            settings.Routes[id] = TestSettings.RouteTo("test", $"/{id}/{{**rest}}");
            settings.Routes[id]!["AuthorizationPolicy"] = id;
        }

        settings["Authentication"] = new JsonObject
        {
            ["ApiKeys"] = new JsonObject { ["alice"] = "sha256:" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key))) },
            ["Jwt"] = new JsonObject { ["Issuer"] = Issuer, ["Audience"] = Audience, ["Keys"] = new JsonObject { ["k1"] = Signing.ExportSubjectPublicKeyInfoPem(), ["k2"] = Rsa.ExportSubjectPublicKeyInfoPem() } },
        };
        return settings;
    }

    private static void Add(HttpRequestMessage request, string credential)
    {
        switch (credential)
        {
            case "nothing" or "key in the query":
                break;
            case "key":
                request.Headers.Add("X-API-Key", Key);
                break;
            case "key and token":
                request.Headers.Add("X-API-Key", Key);
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Token("token"));
                break;
            case "wrong key":
                request.Headers.Add("X-API-Key", Key + "0");
                break;
            case "two keys":
                request.Headers.Add("X-API-Key", [Key, "another"]);
                break;
            default:
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Token(credential));
                break;
        }
    }

    private static string Token(string kind)
    {
        var now = DateTime.UtcNow;
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = kind == "other issuer" ? "https://evil.test" : Issuer,
            Audience = kind == "other audience" ? "others" : Audience,
            Subject = new ClaimsIdentity(kind switch
            {
                "token with scope" => [new("sub", "bob@home"), new("scope", "read query")],
                "token with another scope" => [new("sub", "bob"), new("scope", "read querying re-query QUERY")],
                _ => [new("sub", "bob")],
            }),
            NotBefore = kind == "not yet" ? now.AddHours(1) : now.AddHours(-2),
            Expires = kind switch
            {
                "expired" => now.AddMinutes(-5),
                "no expiry" => null,
                _ => now.AddHours(2),
            },
            SigningCredentials = kind switch
            {
                "unsigned" => null,
                "public key as secret" => new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Signing.ExportSubjectPublicKeyInfoPem())) { KeyId = "k1" }, SecurityAlgorithms.HmacSha256),
                "token of RSA" => new(new RsaSecurityKey(Rsa) { KeyId = "k2" }, SecurityAlgorithms.RsaSha256),
                "token of RSA with PSS" => new(new RsaSecurityKey(Rsa) { KeyId = "k2" }, SecurityAlgorithms.RsaSsaPssSha256),
                _ => new(new ECDsaSecurityKey(kind == "other signer" ? Other : Signing) { KeyId = "k1" }, SecurityAlgorithms.EcdsaSha256),
            },
        });
        return kind switch
        {
            "rubbish" => "a.b.c",
            "changed" => token.Split('.') is [var head, _, var signature] ? $"{head}.{Base64UrlEncoder.Encode($$"""{"sub":"root","iss":"{{Issuer}}","aud":"{{Audience}}","exp":9999999999}""")}.{signature}" : token,
            _ => token,
        };
    }
}
