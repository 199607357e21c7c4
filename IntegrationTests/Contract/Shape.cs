using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Contract;

/// <summary>What fields a JSON object of the contract has, and of what kind.</summary>
internal static class Shape
{
    /// <summary>The fields of every error of the APIs.</summary>
    public static IReadOnlyList<string> Error { get; } = ["error_code", "message", "category", "http_status", "timestamp", "details", "recovery_suggestion", "request_id"];

    /// <summary>Fails unless the object has exactly these fields.</summary>
    /// <param name="value">The object.</param>
    /// <param name="fields">Each as <c>name:kind</c>; the kinds are string, number, boolean, array, object and time.</param>
    public static void Check(JsonElement value, params string[] fields)
    {
        Assert.AreEqual(JsonValueKind.Object, value.ValueKind, value.GetRawText());
        var found = value.EnumerateObject().Select(static property => $"{property.Name}:{Kind(property.Value)}");
        var expected = fields.Select(field => field.EndsWith(":time", StringComparison.Ordinal) && IsTime(value, field[..^5]) ? $"{field[..^5]}:string" : field);
        CollectionAssert.AreEquivalent(expected.ToList(), found.ToList(), value.GetRawText());
    }

    /// <summary>Fails unless the object has these fields; it may have others too, as a later version would.</summary>
    /// <param name="value">The object.</param>
    /// <param name="fields">As for <see cref="Check"/>.</param>
    public static void Has(JsonElement value, params string[] fields)
    {
        Assert.AreEqual(JsonValueKind.Object, value.ValueKind, value.GetRawText());
        foreach (var field in fields)
        {
            var (name, kind) = (field.Split(':')[0], field.Split(':')[1]);
            Assert.IsTrue(value.TryGetProperty(name, out var found), $"'{name}' is missing: {value.GetRawText()}");
            Assert.IsTrue(kind == "time" ? IsTime(value, name) : Kind(found) == kind, $"'{name}' is no {kind}: {value.GetRawText()}");
        }
    }

    private static bool IsTime(JsonElement value, string name) =>
        value.TryGetProperty(name, out var time) && time.ValueKind == JsonValueKind.String && time.TryGetDateTimeOffset(out var at)
        && (DateTimeOffset.UtcNow - at).Duration() < TimeSpan.FromMinutes(1);

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => "null",
    };
}
