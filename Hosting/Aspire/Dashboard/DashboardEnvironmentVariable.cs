namespace Aspire.Hosting.Dashboard;

/// <summary>
/// A variable of a resource's environment. The dashboard masks every value until it is asked to show it; a sensitive
/// one never leaves this process.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; null when unknown.</param>
/// <param name="IsFromSpec">Set by the application model, not by the image or the system.</param>
/// <param name="IsSensitive">Its value is replaced by dots before it is sent.</param>
internal readonly record struct DashboardEnvironmentVariable(string Name, string? Value, bool IsFromSpec, bool IsSensitive = false);
