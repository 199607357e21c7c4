using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace XoeNovAi.ServiceDefaults.Faults;

/// <summary>The faults that are on now.</summary>
internal sealed record FaultState
{
    public static FaultState None { get; } = new();

    /// <summary>Where they apply: the beginning of the path. The health check has a fault of its own.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The status the health check answers with instead of its own, or 0.</summary>
    public int Health { get; init; }

    /// <summary>The status every request is answered with, or 0.</summary>
    public int Status { get; init; }

    /// <summary>How long every answer is held back.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How long each piece of an answer is held back.</summary>
    public TimeSpan Gap { get; init; }

    /// <summary>After how many pieces of an answer the connection is cut; 0 cuts it before the first.</summary>
    public int? DropAfter { get; init; }

    /// <summary>Parts of the service that fail, such as <c>llm</c>.</summary>
    public IReadOnlyList<string> Failing { get; init; } = [];

    /// <exception cref="FormatException">A fault is not known, or its value is no number.</exception>
    public static FaultState Parse(IQueryCollection query)
    {
        var state = None;
        foreach (var (name, values) in query)
        {
            var value = values.ToString();
            state = name switch
            {
                "path" => state with { Path = value },
                "health" => state with { Health = Number(name, value) },
                "status" => state with { Status = Number(name, value) },
                "delay_ms" => state with { Delay = TimeSpan.FromMilliseconds(Number(name, value)) },
                "gap_ms" => state with { Gap = TimeSpan.FromMilliseconds(Number(name, value)) },
                "drop_after" => state with { DropAfter = Number(name, value) },
                "fail" => state with { Failing = value.Split(',') },
                _ => throw new FormatException($"There is no fault '{name}'. There are: path, health, status, delay_ms, gap_ms, drop_after, fail."),
            };
        }

        return state;
    }

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"The fault '{name}' is '{value}', which is no number.");
}
