namespace Aspire.Hosting.ApplicationModel;

/// <summary>The names DCP and DNS both accept.</summary>
internal static class ResourceNameRules
{
    private const int MaxLength = 64;

    public static void Validate(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var fault = name switch
        {
            { Length: > MaxLength } => $"is longer than {MaxLength} characters",
            _ when !char.IsAsciiLetter(name[0]) => "does not begin with an ASCII letter",
            _ when name.Any(static c => !char.IsAsciiLetterOrDigit(c) && c != '-') => "has characters other than ASCII letters, digits and hyphens",
            _ when name.EndsWith('-') => "ends in a hyphen",
            _ when name.Contains("--", StringComparison.Ordinal) => "has consecutive hyphens",
            _ => null,
        };
        if (fault is not null)
        {
            throw new ArgumentException($"Resource name '{name}' {fault}. Choose another name.", nameof(name));
        }
    }
}
