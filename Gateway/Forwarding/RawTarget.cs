namespace XoeNovAi.Gateway.Forwarding;

/// <summary>The target of a request as it came over the wire.</summary>
internal static class RawTarget
{
    // Forbidden in UTF-8, and understood by careless decoders all the same.
    private static readonly (string Encoding, string Character)[] OverlongEncodings =
    [
        ("%c0%ae", "."), ("%e0%80%ae", "."), ("%f0%80%80%ae", "."),
        ("%c0%af", "/"), ("%e0%80%af", "/"), ("%f0%80%80%af", "/"),
        ("%c1%9c", "\\"), ("%e0%81%9c", "\\"), ("%f0%80%81%9c", "\\"),
    ];

    // Nobody decodes more often, and each time costs as much as the path is long.
    private const int MostDecodings = 8;

    /// <summary>Whether a target has only what a request line may hold: over HTTP/2 Kestrel lets others pass, and what is sent on would not be what came.</summary>
    public static bool IsVisible(string rawTarget) => !rawTarget.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>
    /// Path and query of a target. Of the absolute form (<c>GET http://host/a HTTP/1.1</c>) only what follows the authority.
    /// </summary>
    public static ReadOnlySpan<char> PathAndQuery(string rawTarget)
    {
        if (rawTarget.StartsWith('/'))
        {
            return rawTarget;
        }

        var scheme = rawTarget.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return rawTarget;
        }

        var afterAuthority = rawTarget.AsSpan(scheme + 3);
        var start = afterAuthority.IndexOfAny('/', '?');
        return start < 0 ? "/" : afterAuthority[start..];
    }

    /// <summary>Removes leading segments, without touching what follows. What is left begins with a slash, or with the query.</summary>
    public static ReadOnlySpan<char> StripSegments(ReadOnlySpan<char> target, int segments)
    {
        for (; segments > 0; segments--)
        {
            var next = target[1..].IndexOfAny('/', '?');
            target = next < 0 ? [] : target[(next + 1)..];
        }

        return target;
    }

    /// <summary>
    /// Whether the path, once decoded as often as anybody might decode it, has a segment <c>.</c> or <c>..</c>, or could be decoded
    /// still more often. Backslashes are taken for slashes and what follows a semicolon in a segment is left out, as some servers do.
    /// </summary>
    public static bool HasDotSegments(ReadOnlySpan<char> target)
    {
        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        if (!path.ContainsAny('.', '%'))
        {
            return false;
        }

        var text = path.ToString();
        for (var decodings = 0; decodings <= MostDecodings; decodings++)
        {
            if (AnyDotSegment(text))
            {
                return true;
            }

            var decoded = text;
            foreach (var (encoding, character) in OverlongEncodings)
            {
                decoded = decoded.Replace(encoding, character, StringComparison.OrdinalIgnoreCase);
            }

            decoded = Uri.UnescapeDataString(decoded);
            if (decoded.Length == text.Length)
            {
                return false;
            }

            text = decoded;
        }

        return true;
    }

    private static bool AnyDotSegment(ReadOnlySpan<char> path)
    {
        foreach (var range in path.SplitAny('/', '\\'))
        {
            var segment = path[range];
            var parameters = segment.IndexOf(';');
            if ((parameters < 0 ? segment : segment[..parameters]) is "." or "..")
            {
                return true;
            }
        }

        return false;
    }
}
