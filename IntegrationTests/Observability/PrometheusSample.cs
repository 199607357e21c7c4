using System.Globalization;

namespace XoeNovAi.IntegrationTests.Observability;

/// <summary>One line of metrics, as Prometheus' client understands it.</summary>
/// <param name="Name">Its name, such as <c>http_server_request_duration_seconds_bucket</c>.</param>
/// <param name="Type">The type of its family: counter, gauge, histogram.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value, as Python writes it.</param>
internal sealed record PrometheusSample(string Name, string Type, IReadOnlyDictionary<string, string> Labels, string Value)
{
    /// <summary>The value.</summary>
    public double Number => double.Parse(Value, CultureInfo.InvariantCulture);
}
