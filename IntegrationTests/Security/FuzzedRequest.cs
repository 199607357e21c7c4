using System.Text;

namespace XoeNovAi.IntegrationTests.Security;

/// <summary>A request that nobody has thought of.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Target">Its path and query, as they go over the wire.</param>
/// <param name="Headers">Its headers, beside those it cannot be without.</param>
/// <param name="Body">Its body; empty for none.</param>
internal sealed record FuzzedRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    /// <summary>As it goes over the wire, a byte for each character.</summary>
    public string Wire
    {
        get
        {
            var body = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Body));
            var length = body.Length > 0 ? FormattableString.Invariant($"Content-Length: {body.Length}\r\n") : string.Empty;
            return $"{Method} {Target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n{length}{string.Concat(Headers.Select(static h => $"{h.Name}: {h.Value}\r\n"))}\r\n{body}";
        }
    }

    public override string ToString() => Wire;
}
