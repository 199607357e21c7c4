using System.Globalization;
using System.Text;

namespace XoeNovAi.Consul.Client;

/// <summary>The target of a request, put together of parts that are escaped.</summary>
internal sealed class ConsulPath
{
    private readonly StringBuilder _text;
    private char _separator = '?';

    /// <param name="path">Below <c>/v1/</c>, such as <c>kv/</c>.</param>
    /// <param name="name">What follows it; the slashes in it stay.</param>
    public ConsulPath(string path, string name = "") =>
        _text = new StringBuilder("v1/").Append(path).AppendJoin('/', name.Split('/').Select(Uri.EscapeDataString));

    public ConsulPath With(string parameter)
    {
        _text.Append(_separator).Append(parameter);
        _separator = '&';
        return this;
    }

    public ConsulPath With(string parameter, string? value) => value is null ? this : With($"{parameter}={Uri.EscapeDataString(value)}");

    public ConsulPath With(string parameter, ulong? value) => With(parameter, value?.ToString(CultureInfo.InvariantCulture));

    public ConsulPath With(QueryOptions options)
    {
        if (options.Index > 0)
        {
            With("index", options.Index).With("wait", ConsulDuration.Of(options.Wait));
        }

        return options.Consistency switch
        {
            Consistency.Consistent => With("consistent"),
            Consistency.Stale => With("stale"),
            _ => this,
        };
    }

    public override string ToString() => _text.ToString();
}
