namespace Aspire.Hosting;

/// <summary>An image's name, taken apart.</summary>
internal readonly record struct ContainerImageName(string? Registry, string Image, string? Tag, string? SHA256)
{
    public static ContainerImageName Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var rest = text;
        string? digest = null;
        string? tag = null;
        if (rest.IndexOf("@sha256:", StringComparison.Ordinal) is var at and > 0)
        {
            digest = rest[(at + "@sha256:".Length)..];
            rest = rest[..at];
        }

        if (rest.LastIndexOf(':') is var colon and > 0 && rest.IndexOf('/', colon) < 0)
        {
            tag = digest is null ? rest[(colon + 1)..] : null;
            rest = rest[..colon];
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var first = slash > 0 ? rest[..slash] : string.Empty;
        var hasRegistry = first == "localhost" || first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal);
        return hasRegistry ? new(first, rest[(slash + 1)..], tag, digest) : new(null, rest, tag, digest);
    }
}
