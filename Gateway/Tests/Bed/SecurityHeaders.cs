namespace XoeNovAi.Gateway.Tests.Bed;

/// <summary>What every answer of the gateway must have, errors included.</summary>
internal static class SecurityHeaders
{
    private static readonly (string Name, string Value)[] Expected =
    [
        ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("X-XSS-Protection", "1; mode=block"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ];

    public static void Check(RawAnswer answer)
    {
        foreach (var (name, value) in Expected)
        {
            Assert.AreEqual(value, answer.Headers.GetValueOrDefault(name), $"{name} of a {answer.Status}");
        }

        Assert.IsFalse(answer.Headers.ContainsKey("Server"), $"A {answer.Status} names its server.");
        Assert.MatchesRegex("^[A-Za-z0-9._-]{1,128}$", answer.Headers.GetValueOrDefault("X-Request-ID") ?? "none", $"The request id of a {answer.Status}");
    }
}
