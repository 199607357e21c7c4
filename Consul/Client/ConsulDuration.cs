using System.Globalization;

namespace XoeNovAi.Consul.Client;

/// <summary>Durations as Consul writes them.</summary>
public static class ConsulDuration
{
    /// <summary>Writes one.</summary>
    /// <param name="value">The duration, to the millisecond.</param>
    /// <returns>A text such as <c>1500ms</c>.</returns>
    public static string Of(TimeSpan value) => string.Create(CultureInfo.InvariantCulture, $"{(long)value.TotalMilliseconds}ms");
}
