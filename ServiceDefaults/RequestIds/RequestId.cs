using System.Buffers;
using System.Diagnostics;

namespace XoeNovAi.ServiceDefaults.RequestIds;

/// <summary>The id that ties a request's response, spans and log lines together.</summary>
public static class RequestId
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "X-Request-ID";

    /// <summary>The attribute of spans that carries it.</summary>
    public const string Attribute = "request.id";

    private const int MaximumLength = 128;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>The id of the request that is being worked on, or null outside of one.</summary>
    public static string? Current => Activity.Current?.GetTagItem(Attribute) as string;

    /// <summary>Whether a value is 1 to 128 of the characters <c>A-Z a-z 0-9 . _ -</c>.</summary>
    /// <param name="value">The value a caller sent.</param>
    /// <returns>True if it may be kept.</returns>
    public static bool IsValid(string? value) =>
        value is { Length: > 0 and <= MaximumLength } && !value.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>Makes a new id.</summary>
    /// <returns>32 hexadecimal digits.</returns>
    public static string Create() => Guid.CreateVersion7().ToString("N");
}
