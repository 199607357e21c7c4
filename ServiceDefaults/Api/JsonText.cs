using System.Text.Json;

namespace XoeNovAi.ServiceDefaults.Api;

/// <summary>Whether what JSON lets through is text that can be kept.</summary>
public static class JsonText
{
    /// <summary>Looks at every text and every name in a value, at any depth.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether none holds U+0000, which PostgreSQL cannot keep, half of a surrogate pair, or bytes that are no UTF-8.</returns>
    public static bool IsStorable(JsonElement value)
    {
        try
        {
            return IsText(value);
        }
        catch (InvalidOperationException)
        {
            // What is no text shows when it is read.
            return false;
        }
    }

    /// <summary>Whether a text can be kept.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same, of a text that has been read.</returns>
    public static bool IsStorable(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i]))))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => IsStorable(value.GetString()!),
        JsonValueKind.Array => value.EnumerateArray().All(IsText),
        JsonValueKind.Object => value.EnumerateObject().All(static member => IsStorable(member.Name) && IsText(member.Value)),
        _ => true,
    };
}
