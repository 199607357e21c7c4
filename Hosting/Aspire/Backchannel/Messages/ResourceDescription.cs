using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Backchannel;

/// <summary>A resource as the aspire command describes it. No list is ever missing, and no secret is in it.</summary>
internal sealed record ResourceDescription
{
    public required string Name { get; init; }

    public required string DisplayName { get; init; }

    public required string ResourceType { get; init; }

    public string Type => ResourceType;

    public string? State { get; init; }

    public string? StateStyle { get; init; }

    public string? HealthStatus { get; init; }

    public int? ExitCode { get; init; }

    public DateTime? CreatedAt { get; init; }

    public DateTime? StartedAt { get; init; }

    public DateTime? StoppedAt { get; init; }

    public required UrlDescription[] Urls { get; init; }

    public required RelationshipSnapshot[] Relationships { get; init; }

    public required HealthDescription[] HealthReports { get; init; }

    public required VolumeSnapshot[] Volumes { get; init; }

    public required EnvironmentVariableSnapshot[] EnvironmentVariables { get; init; }

    public required Dictionary<string, JsonNode?> Properties { get; init; }

    public bool IsHidden { get; init; }

    public required CommandDescription[] Commands { get; init; }

    public static ResourceDescription Of(ResourceEvent resource)
    {
        var snapshot = resource.Snapshot;
        return new()
        {
            Name = resource.ResourceId,
            DisplayName = resource.Resource.Name,
            ResourceType = snapshot.ResourceType,
            State = snapshot.State?.Text,
            StateStyle = snapshot.State?.Style,
            HealthStatus = snapshot.HealthStatus?.ToString(),
            ExitCode = snapshot.ExitCode,
            CreatedAt = snapshot.CreationTimeStamp,
            StartedAt = snapshot.StartTimeStamp,
            StoppedAt = snapshot.StopTimeStamp,
            Urls = [.. snapshot.Urls.Where(static u => !u.IsInactive).Select(static u => new UrlDescription(u.Name ?? "default", u.Url, u.IsInternal, u.DisplayProperties))],
            Relationships = [.. snapshot.Relationships],
            HealthReports = [.. snapshot.HealthReports.Select(static r => new HealthDescription(r.Name, r.Status?.ToString(), r.Description, r.ExceptionText))],
            Volumes = [.. snapshot.Volumes],
            EnvironmentVariables = [.. snapshot.EnvironmentVariables],
            Properties = snapshot.Properties.GroupBy(static p => p.Name, StringComparer.Ordinal).ToDictionary(static p => p.Key, static p => ValueOf(p.Last()), StringComparer.Ordinal),
            IsHidden = snapshot.IsHidden,
            Commands = [.. snapshot.Commands.Select(CommandDescription.Of)],
        };
    }

    private static JsonNode? ValueOf(ResourcePropertySnapshot property)
        => property switch
        {
            { IsSensitive: true } or { Value: null } => null,
            { Value: string text } => text,
            { Value: IEnumerable items } => string.Join(' ', items.Cast<object?>()),
            _ => Convert.ToString(property.Value, CultureInfo.InvariantCulture),
        };
}
