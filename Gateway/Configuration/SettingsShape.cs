using System.Collections;
using System.ComponentModel;
using System.Reflection;

namespace XoeNovAi.Gateway.Configuration;

/// <summary>
/// Finds settings that do not fit the options: the binder leaves out a mistyped key without a word, and says of a value it
/// cannot read only in prose where it is.
/// </summary>
internal static class SettingsShape
{
    // What timers, tokens and breakers take; nothing here is sensibly longer.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The first key from a section on that does not fit its type, and what is wrong with it.</summary>
    public static (string Key, string Problem)? FirstMisfit(IConfigurationSection section, Type type)
    {
        if (ElementOf(type) is { } element)
        {
            return Alone(section, "a list or section") ?? First(section.GetChildren(), child => FirstMisfit(child, element));
        }

        if (TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string)))
        {
            // Choices of which several may be made are a list.
            return type.IsDefined(typeof(FlagsAttribute)) || Nullable.GetUnderlyingType(type)?.IsDefined(typeof(FlagsAttribute)) == true
                ? First(section.GetChildren(), child => UnreadableValue(child, type))
                : UnreadableValue(section, type);
        }

        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        return Alone(section, "a section") ?? First(section.GetChildren(), child =>
            properties.FirstOrDefault(property => string.Equals(property.Name, child.Key, StringComparison.OrdinalIgnoreCase)) is { } property
                ? FirstMisfit(child, property.PropertyType)
                : (child.Path, $"is no setting. There are: {string.Join(", ", properties.Select(static known => known.Name))}."));
    }

    private static (string Key, string Problem)? First(IEnumerable<IConfigurationSection> children, Func<IConfigurationSection, (string Key, string Problem)?> misfit) =>
        children.Select(misfit).FirstOrDefault(static found => found is not null);

    // An empty list is an empty text. The value is not said: it may be a secret in the wrong place.
    private static (string Key, string Problem)? Alone(IConfigurationSection section, string needed) =>
        string.IsNullOrEmpty(section.Value) ? null : (section.Path, $"is a single value, where {needed} is needed. Write it in brackets.");

    private static (string Key, string Problem)? UnreadableValue(IConfigurationSection section, Type type)
    {
        if (section.Value is not { } value)
        {
            return (section.Path, "has no value of its own. Give one, or leave the key out.");
        }

        try
        {
            // As the binder reads it, and YARP, which takes 2 for the version 2.0.
            var text = type == typeof(Version) && !value.Contains('.', StringComparison.Ordinal) ? $"{value}.0" : value;
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text) is TimeSpan time && time > Longest
                ? (section.Path, "must be at most a day, 1.00:00:00.")
                : null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            return (section.Path, $"is '{value}', which cannot be read. Times are written 00:00:30, numbers 42, switches true or false, choices by their name.");
        }
    }

    // What a list or a dictionary holds.
    private static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetGenericArguments()[^1]
        : null;
}
