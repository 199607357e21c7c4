using System.Collections;
using System.Reflection;

namespace XoeNovAi.Gateway.Configuration;

/// <summary>Finds settings that mean nothing: a mistyped one would otherwise be left out without a word.</summary>
internal static class UnknownSettings
{
    /// <summary>The first key below a section that its type has no property for, and what there is instead.</summary>
    public static (string Key, string Known)? First(IConfigurationSection section, Type type)
    {
        if (Nested(type) is { } element)
        {
            return section.GetChildren().Select(child => First(child, element)).FirstOrDefault(found => found is not null);
        }

        if (!type.IsClass || type == typeof(string))
        {
            return null;
        }

        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var child in section.GetChildren())
        {
            if (properties.FirstOrDefault(property => string.Equals(property.Name, child.Key, StringComparison.OrdinalIgnoreCase)) is not { } property)
            {
                return (child.Path, string.Join(", ", properties.Select(known => known.Name)));
            }

            if (First(child, property.PropertyType) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    // What a list or a dictionary holds.
    private static Type? Nested(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetGenericArguments()[^1]
        : null;
}
