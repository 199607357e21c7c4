namespace Aspire.Hosting.Backchannel;

/// <summary>The last result of a health check.</summary>
internal sealed record HealthDescription(string Name, string? Status, string? Description, string? ExceptionText);
