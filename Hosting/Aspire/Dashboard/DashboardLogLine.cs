namespace Aspire.Hosting.Dashboard;

/// <summary>A line of a console log.</summary>
/// <param name="Number">Counts from 1 within the resource.</param>
/// <param name="Text">The line; the dashboard shows a time in front of it (RFC 3339, then a space) as such.</param>
/// <param name="IsError">Came from standard error.</param>
internal readonly record struct DashboardLogLine(int Number, string Text, bool IsError);
