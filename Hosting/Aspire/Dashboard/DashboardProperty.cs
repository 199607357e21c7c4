namespace Aspire.Hosting.Dashboard;

/// <summary>A property in a resource's details.</summary>
/// <param name="Name">One of <see cref="DashboardPropertyNames"/>, which the dashboard knows, or any other.</param>
/// <param name="Value">A string, number, truth value, time, or a list of them.</param>
/// <param name="IsSensitive">Its value is replaced by dots before it is sent.</param>
/// <param name="DisplayName">Shown instead of the name.</param>
internal readonly record struct DashboardProperty(string Name, object? Value, bool IsSensitive = false, string? DisplayName = null);
