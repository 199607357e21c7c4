using System.Collections;
using System.Globalization;
using Aspire.Hosting.Dashboard.Protocol;
using Google.Protobuf.WellKnownTypes;
using HealthStatus = Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus;

namespace Aspire.Hosting.Dashboard;

/// <summary>Turns what the dashboard shows into the messages it reads.</summary>
internal static class DashboardMessages
{
    private const string Masked = "●●●●●●●●";

    public static WatchResourcesChange ToMessage(DashboardResourceChange change) => change.IsDeleted
        ? new() { Delete = new() { ResourceName = change.Resource.Name, ResourceType = change.Resource.ResourceType } }
        : new() { Upsert = ToMessage(change.Resource) };

    public static Resource ToMessage(DashboardResource resource)
    {
        var message = new Resource
        {
            Name = resource.Name,
            DisplayName = resource.DisplayName,
            ResourceType = resource.ResourceType,
            Uid = resource.Uid,
            IsHidden = resource.IsHidden,
            SupportsDetailedTelemetry = resource.SupportsDetailedTelemetry,
        };
        // Fields with presence cannot be set to null.
        if (resource.State is { } state)
        {
            message.State = state;
        }

        if (resource.StateStyle is { } style)
        {
            message.StateStyle = style;
        }

        if (resource.IconName is { } icon)
        {
            message.IconName = icon;
        }

        message.CreatedAt = ToTimestamp(resource.CreatedAt);
        message.StartedAt = ToTimestamp(resource.StartedAt);
        message.StoppedAt = ToTimestamp(resource.StoppedAt);
        message.Environment.AddRange(resource.Environment.Select(ToMessage));
        message.Properties.AddRange(resource.Properties.Select(ToMessage));
        message.Urls.AddRange(resource.Urls.Select(ToMessage));
        message.Volumes.AddRange(resource.Volumes.Select(volume => new Volume
        {
            Source = volume.Source,
            Target = volume.Target,
            MountType = volume.MountType,
            IsReadOnly = volume.IsReadOnly,
        }));
        message.HealthReports.AddRange(resource.HealthReports.Select(ToMessage));
        message.Relationships.AddRange(resource.Relationships.Select(relationship => new ResourceRelationship
        {
            ResourceName = relationship.ResourceName,
            Type = relationship.Type,
        }));
        message.Commands.AddRange(resource.Commands.Select(ToMessage));
        return message;
    }

    public static string? ToText(Value? value) => value?.KindCase switch
    {
        null or Value.KindOneofCase.None or Value.KindOneofCase.NullValue => null,
        Value.KindOneofCase.StringValue => value.StringValue,
        Value.KindOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        Value.KindOneofCase.NumberValue => value.NumberValue.ToString(CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static EnvironmentVariable ToMessage(DashboardEnvironmentVariable variable)
    {
        var message = new EnvironmentVariable { Name = variable.Name, IsFromSpec = variable.IsFromSpec };
        if ((variable.IsSensitive ? Masked : variable.Value) is { } value)
        {
            message.Value = value;
        }

        return message;
    }

    private static ResourceProperty ToMessage(DashboardProperty property)
    {
        var message = new ResourceProperty { Name = property.Name, Value = property.IsSensitive ? Value.ForString(Masked) : ToValue(property.Value), IsSensitive = property.IsSensitive };
        if (property.DisplayName is { } name)
        {
            message.DisplayName = name;
        }

        return message;
    }

    private static Url ToMessage(DashboardUrl url)
    {
        var message = new Url
        {
            FullUrl = url.FullUrl,
            IsInternal = url.IsInternal,
            IsInactive = url.IsInactive,
            DisplayProperties = new UrlDisplayProperties { DisplayName = url.DisplayName, SortOrder = url.SortOrder },
        };
        if (url.EndpointName is { } name)
        {
            message.EndpointName = name;
        }

        return message;
    }

    private static HealthReport ToMessage(DashboardHealthReport report)
    {
        var message = new HealthReport
        {
            Key = report.Name,
            Description = report.Description ?? "",
            Exception = report.Exception ?? "",
            LastRunAt = ToTimestamp(report.LastRunAt),
        };
        if (report.Status is { } status)
        {
            message.Status = status switch
            {
                HealthStatus.Healthy => Protocol.HealthStatus.Healthy,
                HealthStatus.Degraded => Protocol.HealthStatus.Degraded,
                _ => Protocol.HealthStatus.Unhealthy,
            };
        }

        return message;
    }

    private static ResourceCommand ToMessage(DashboardCommand command)
    {
        var message = new ResourceCommand
        {
            Name = command.Name,
            DisplayName = command.DisplayName,
            IsHighlighted = command.IsHighlighted,
            IconVariant = command.IsIconFilled ? IconVariant.Filled : IconVariant.Regular,
            State = command.State switch
            {
                DashboardCommandState.Enabled => ResourceCommandState.Enabled,
                DashboardCommandState.Disabled => ResourceCommandState.Disabled,
                _ => ResourceCommandState.Hidden,
            },
        };
        if (command.DisplayDescription is { } description)
        {
            message.DisplayDescription = description;
        }

        if (command.ConfirmationMessage is { } confirmation)
        {
            message.ConfirmationMessage = confirmation;
        }

        if (command.IconName is { } icon)
        {
            message.IconName = icon;
        }

        return message;
    }

    private static Value ToValue(object? value) => value switch
    {
        null => Value.ForNull(),
        string text => Value.ForString(text),
        bool truth => Value.ForBool(truth),
        DateTimeOffset time => Value.ForString(time.ToString("O", CultureInfo.InvariantCulture)),
        DateTime time => Value.ForString(time.ToString("O", CultureInfo.InvariantCulture)),
        IEnumerable items => Value.ForList([.. items.Cast<object?>().Select(ToValue)]),
        // Numbers are sent as text, as the dashboard expects them.
        IFormattable other => Value.ForString(other.ToString(null, CultureInfo.InvariantCulture)),
        _ => Value.ForString(value.ToString() ?? ""),
    };

    private static Timestamp? ToTimestamp(DateTimeOffset? time) => time is { } known ? Timestamp.FromDateTimeOffset(known) : null;
}
