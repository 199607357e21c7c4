using System.Buffers;
using Microsoft.Net.Http.Headers;
using XoeNovAi.ServiceDefaults.RequestIds;

namespace XoeNovAi.Gateway.Clients;

/// <summary>Removes what a caller must not be able to say, or to write so that a service takes it for that: who it is, where it comes from, and what only concerns its connection.</summary>
internal sealed class CallerHeadersMiddleware(RequestDelegate next)
{
    private static readonly string[] Prefixes = ["x-auth-", "x-forwarded-", "x-original-"];

    // CGI hands Proxy on as HTTP_PROXY, which many clients take for their way out.
    private static readonly string[] Names = ["forwarded", "proxy", "x-real-ip", "x-rewrite-url"];

    // What the gateway or a service goes by, and passes under its own name only.
    private static readonly string[] Read =
    [
        "x-request-id", "x-api-key", "traceparent", "tracestate", "baggage", "idempotency-key", "authorization", "cookie", "host", "origin",
        "content-length", "content-type", "transfer-encoding", "connection", "upgrade", "expect", "te", "trailer", "keep-alive",
        "proxy-authorization", "proxy-connection",
    ];

    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    // Naming these in Connection would take from the request what it is read by.
    private static readonly string[] Kept =
    [
        HeaderNames.Connection, HeaderNames.Host, HeaderNames.ContentLength, HeaderNames.TransferEncoding, HeaderNames.Upgrade,
        HeaderNames.Authorization, "X-API-Key", RequestId.Header, "keep-alive", "close",
    ];

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        List<string>? removed = null;
        foreach (var (name, _) in headers)
        {
            if (name.AsSpan().ContainsAnyExcept(Plain) ? IsAlike(name) : name.Length > 0 && name[0] is 'X' or 'x' or 'F' or 'f' or 'P' or 'p' && IsTheGateways(name))
            {
                (removed ??= []).Add(name);
            }
        }

        removed?.ForEach(name => headers.Remove(name));
        foreach (var value in headers.Connection)
        {
            foreach (var name in (value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!Kept.Contains(name, StringComparer.OrdinalIgnoreCase))
                {
                    headers.Remove(name);
                }
            }
        }

        return next(context);
    }

    private static bool IsTheGateways(string name) =>
        Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        || Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    // CGI and what came after it (WSGI, PHP) know names in capitals, with an underscore for all that is neither letter nor digit: there
    // X_Auth_Subject and X.Auth.Subject are X-Auth-Subject.
    private static bool IsAlike(string name)
    {
        var folded = string.Create(name.Length, name, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '-';
            }
        });
        return IsTheGateways(folded) || Read.Contains(folded, StringComparer.OrdinalIgnoreCase);
    }
}
