namespace Aspire.Hosting.ApplicationModel;

/// <summary>Makes names that every shell takes.</summary>
internal static class EnvironmentVariableNames
{
    /// <summary>The name with an underscore for every character that is no ASCII letter or digit, and before a leading digit.</summary>
    public static string Encode(string name)
        => name.Length == 0 ? name : $"{(char.IsAsciiDigit(name[0]) ? "_" : string.Empty)}{string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_'))}";
}
