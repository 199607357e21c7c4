namespace XoeNovAi.Report.Runs;

/// <summary>A test of a run, as the report needs it.</summary>
/// <param name="Project">The test project.</param>
/// <param name="Area">The folder its class is in; the project's own name where there is none.</param>
/// <param name="Class">The class with its namespace.</param>
/// <param name="Method">The method.</param>
/// <param name="Name">What the runner calls it, with its arguments.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Started">When it began.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Scenarios">The scenarios of the catalogue it covers.</param>
/// <param name="Message">Why it failed; null when it did not.</param>
/// <param name="Output">What it wrote.</param>
/// <param name="Files">What it has left, by the names of files in the run's folder.</param>
public sealed record TestRecord(
    string Project,
    string Area,
    string Class,
    string Method,
    string Name,
    Outcome Outcome,
    DateTimeOffset Started,
    double Seconds,
    IReadOnlyList<string> Scenarios,
    string? Message,
    string? Output,
    IReadOnlyList<string> Files)
{
    /// <summary>What tells it from all others, in every run.</summary>
    public string Id => $"{Class}.{Name}";

    /// <summary>What runs it alone. A project's name is its path, with dots.</summary>
    public string Rerun => $"dotnet test --project {Project.Replace('.', '/')} --filter \"FullyQualifiedName={Class}.{Method}\"";
}

/// <summary>How a test ended.</summary>
public enum Outcome
{
    /// <summary>It did what it says.</summary>
    Passed,

    /// <summary>It did not, or not in time.</summary>
    Failed,

    /// <summary>It was not run.</summary>
    Skipped,
}
