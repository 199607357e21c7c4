using System.Diagnostics;
using OpenTelemetry;

namespace XoeNovAi.ServiceDefaults.RequestIds;

/// <summary>Hands the request id from a span to its children in the same process.</summary>
internal sealed class RequestIdProcessor : BaseProcessor<Activity>
{
    public override void OnStart(Activity data)
    {
        if (data.Parent?.GetTagItem(RequestId.Attribute) is { } id)
        {
            data.SetTag(RequestId.Attribute, id);
        }
    }
}
