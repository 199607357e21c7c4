using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Gateway;

/// <summary>Tokens of an issuer of the test's own, through a gateway in the stack.</summary>
[TestClass]
public sealed class TokenTests : StackTest
{
    private const string Target = "/xnai/api/v1/who";
    private const string Issuer = "https://issuer.test";
    private const string Audience = "xnai";

    protected override IReadOnlyList<string> Touches => ["gateway", "rag-1", "rag-2"];

    [TestMethod]
    [Scenario("SEC-01")]
    public async Task Only_a_valid_token_opens_the_route_and_nothing_else_reaches_a_service()
    {
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var gateway = await ExtraGateway.StartAsync(
            Stack,
            new Dictionary<string, string>
            {
                ["ReverseProxy__Routes__rag__AuthorizationPolicy"] = "members",
                ["Gateway__Authorization__members__Schemes__0"] = "Bearer",
                ["Gateway__Authentication__Jwt__Issuer"] = Issuer,
                ["Gateway__Authentication__Jwt__Audience"] = Audience,
                ["Gateway__Authentication__Jwt__Keys__k1"] = signing.ExportSubjectPublicKeyInfoPem(),
            },
            Cancel);
        var now = DateTimeOffset.UtcNow;
        var valid = Token(signing, Issuer, Audience, now.AddHours(1));
        await gateway.AnswersAsync(Target, 401, Cancel);
        await gateway.AnswersAsync("/docs/who", 200, Cancel);
        (string What, string? Token, int Status)[] cases =
        [
            ("valid", valid, 200),
            ("missing", null, 401),
            ("wrong", "abc.def.ghi", 401),
            ("expired", Token(signing, Issuer, Audience, now.AddHours(-1)), 401),
            ("other audience", Token(signing, Issuer, "others", now.AddHours(1)), 401),
            ("other issuer", Token(signing, "https://evil.test", Audience, now.AddHours(1)), 401),
            ("other signer", Token(stranger, Issuer, Audience, now.AddHours(1)), 401),
            ("unsigned", Unsigned(now.AddHours(1)), 401),
            ("changed", $"{valid[..^6]}AAAAAA", 401),
        ];
        var wrong = new List<string>();
        foreach (var (what, token, status) in cases)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Target);
            request.Headers.Add("X-Auth-Subject", "root");
            if (token is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            using var response = await gateway.Client.SendAsync(request, Cancel);
            var body = await response.Content.ReadAsStringAsync(Cancel);
            if ((int)response.StatusCode != status || (status == 200) != body.Contains("\"X-Auth-Subject\":\"agent-7\"", StringComparison.Ordinal)
                || body.Contains("root", StringComparison.Ordinal) || body.Contains("Bearer", StringComparison.Ordinal))
            {
                wrong.Add($"{what}: {(int)response.StatusCode} {body}");
            }
        }

        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    private static string Token(ECDsa key, string issuer, string audience, DateTimeOffset expires)
    {
        var text = $"{Part(new { alg = "ES256", typ = "JWT", kid = "k1" })}.{Claims(issuer, audience, expires)}";
        return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    private static string Unsigned(DateTimeOffset expires) => $"{Part(new { alg = "none", typ = "JWT" })}.{Claims(Issuer, Audience, expires)}.";

    private static string Claims(string issuer, string audience, DateTimeOffset expires)
        => Part(new { iss = issuer, aud = audience, sub = "agent-7", exp = expires.ToUnixTimeSeconds() });

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
