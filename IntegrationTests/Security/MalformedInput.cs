using System.Text;

namespace XoeNovAi.IntegrationTests.Security;

/// <summary>Makes requests that are wrong for certain, of an endpoint's fields and a seed: the same seed makes the same.</summary>
internal sealed class MalformedInput(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A body that is not what the endpoint takes.</summary>
    /// <param name="required">The text that must be there.</param>
    /// <param name="longest">How long it may be.</param>
    /// <param name="numbers">Fields that are numbers.</param>
    public (byte[] Body, string ContentType, string What) Body(string required, int longest, IReadOnlyList<string> numbers)
    {
        var valid = $"\"{required}\":\"what\"";
        var number = numbers.Count == 0 ? null : numbers[_random.Next(numbers.Count)];
        return _random.Next(number is null ? 12 : 15) switch
        {
            0 => Json($"{{\"{required}\":{NoText()}}}", "wrong type"),
            1 => Json($"{{\"{Word()}\":\"{Word()}\"}}", "missing field"),
            2 => Json($"{{\"{required}\":\"{new string((char)_random.Next('a', 'z'), longest + 1 + _random.Next(5000))}\"}}", "too long"),
            3 => Json($"{{{valid}", "broken JSON"),
            4 => (Mixed(valid), "application/json", "wrong encoding"),
            5 => Json(Nested(9 + _random.Next(20000)), "deep nesting"),
            6 => Json($"{{\"{required}\":\"a\\u0000b\"}}", "U+0000"),
            7 => Json($"{{\"{required}\":\"\\ud8{_random.Next(0x10):x2}\"}}", "half a surrogate pair"),
            8 => (Encoding.UTF8.GetBytes($"{{{valid}}}"), _random.Next(2) == 0 ? "text/plain" : "application/x-www-form-urlencoded", "wrong content type"),
            9 => (Noise(), "application/json", "noise"),
            10 => Json($"{{\"{required}\":\"{new string(' ', 1 + _random.Next(20))}\"}}", "blank"),
            11 => (Encoding.Unicode.GetBytes($"{{{valid}}}"), "application/json; charset=utf-16", "UTF-16"),
            12 => Json($"{{{valid},\"{number}\":{NoNumber()}}}", $"{number} of the wrong type"),
            13 => Json($"{{{valid},\"{number}\":{(_random.Next(2) == 0 ? "-1" : "1e400")}}}", $"{number} out of range"),
            _ => Json($"{{{valid},\"\\ud800\":1,\"{number}\":\"x\"}}", "a name that is half a surrogate pair"),
        };
    }

    private static (byte[] Body, string ContentType, string What) Json(string text, string what) => (Encoding.UTF8.GetBytes(text), "application/json", what);

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    private static byte[] Mixed(string valid) => [(byte)'{', .. Encoding.UTF8.GetBytes(valid.Replace("what", "wh", StringComparison.Ordinal)[..^1]), 0xff, 0xfe, (byte)'"', (byte)'}'];

    // Never an object, as it does not begin like one.
    private byte[] Noise()
    {
        var noise = new byte[1 + _random.Next(2000)];
        _random.NextBytes(noise);
        noise[0] = 0x80;
        return noise;
    }

    private string Word() => new([.. Enumerable.Range(0, 12).Select(_ => (char)_random.Next('a', 'z'))]);

    private string NoText() => ((string[])["1", "null", "true", "[]", "{}", "[\"a\"]", "-0.5e3"])[_random.Next(7)];

    private string NoNumber() => ((string[])["\"1\"", "true", "[]", "{}", "null"])[_random.Next(5)];
}
