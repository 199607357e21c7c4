namespace XoeNovAi.Report.Commands;

/// <summary>Reads the command lines of the programs of <c>eng</c>.</summary>
public static class ArgumentsExtensions
{
    /// <summary>The value behind an option.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="option">Where the option is.</param>
    /// <exception cref="UsageException">Nothing is behind it.</exception>
    public static string ValueOf(this IReadOnlyList<string> arguments, int option)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return option + 1 < arguments.Count ? arguments[option + 1] : throw new UsageException($"{arguments[option]} wants a value.");
    }
}
