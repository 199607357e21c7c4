using System.Diagnostics;
using OpenTelemetry;

namespace XoeNovAi.ServiceDefaults.Telemetry;

/// <summary>Consul asks every second: a trace for each would bury the others. A check that is part of somebody's trace stays in it.</summary>
internal sealed class HealthCheckProcessor(string checkPath) : BaseProcessor<Activity>
{
    public override void OnStart(Activity data)
    {
        if (data.Kind == ActivityKind.Server && data.ParentId is null
            && string.Equals(data.GetTagItem("url.path") as string, checkPath, StringComparison.OrdinalIgnoreCase))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            data.IsAllDataRequested = false;
        }
    }
}
