namespace Aspire.Hosting.Dashboard;

/// <summary>How a command ended.</summary>
/// <param name="Outcome">Whether it worked.</param>
/// <param name="Message">Shown to the user when it did not.</param>
internal readonly record struct DashboardCommandResult(DashboardCommandOutcome Outcome, string? Message = null);
