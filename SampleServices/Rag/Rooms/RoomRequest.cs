using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using XoeNovAi.ServiceDefaults.Api;

namespace XoeNovAi.Rag.Rooms;

/// <summary>What an agent sends, checked: of what is acknowledged every field can be kept.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Target">Whom it is for.</param>
/// <param name="CorrelationId">How the agent knows the answer.</param>
/// <param name="Payload">What it is about.</param>
/// <param name="Sender">The span of the agent that sent it, where it names one.</param>
internal sealed record RoomRequest(string Type, string Target, string? CorrelationId, JsonElement? Payload, ActivityContext? Sender)
{
    public const string Everybody = "*";
    public const int LongestName = 64;

    private const int LongestCorrelation = 128;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    /// <summary>Whether a text may be the name of a room, an agent or a type.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= LongestName && !text.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <exception cref="FormatException">A field is not as it must be; the message names it.</exception>
    public static RoomRequest Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !JsonText.IsStorable(root))
        {
            throw new FormatException(root.ValueKind == JsonValueKind.Object ? $"'{Culprit(root)}' holds U+0000, or is not valid text." : "A message is an object with a 'type'.");
        }

        var type = Text(root, "type", LongestName) ?? throw new FormatException("A message is an object with a 'type'.");
        var target = Text(root, "target", LongestName) ?? Everybody;
        if (!IsName(type) || (target != Everybody && !IsName(target)))
        {
            throw new FormatException($"'{(IsName(type) ? "target" : "type")}' must be of letters, digits and . _ : -");
        }

        var correlation = Text(root, "correlation_id", LongestCorrelation);
        return correlation is not null && correlation.Any(char.IsControl)
            ? throw new FormatException("'correlation_id' must not hold control characters.")
            : new(type, target, correlation, root.TryGetProperty("payload", out var payload) ? payload : null, SenderOf(root));
    }

    // As in HTTP: one that is none is no reason to refuse what it came with.
    private static ActivityContext? SenderOf(JsonElement root)
        => root.TryGetProperty(RoomTelemetry.TraceParent, out var value) && value.ValueKind == JsonValueKind.String && ActivityContext.TryParse(value.GetString(), null, isRemote: true, out var sender)
            ? sender
            : null;

    // The first that is wrong; its name is repeated only when that can be read.
    private static string Culprit(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
        {
            if (!JsonText.IsStorable(member.Value))
            {
                return IsKnown(member) ? member.Name : "a field";
            }
        }

        return "a name";
    }

    private static bool IsKnown(JsonProperty member) =>
        member.NameEquals("type") || member.NameEquals("target") || member.NameEquals("correlation_id") || member.NameEquals("payload");

    // null is as good as nothing.
    private static string? Text(JsonElement root, string name, int most)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && text.Length <= most
            ? text
            : throw new FormatException($"'{name}' must be a text of 1 to {most} characters.");
    }
}
