using Microsoft.Net.Http.Headers;
using XoeNovAi.ServiceDefaults.RequestIds;

namespace XoeNovAi.Gateway.Clients;

/// <summary>Removes what a caller must not be able to say: who it is, where it comes from, and what only concerns its connection.</summary>
internal sealed class CallerHeadersMiddleware(RequestDelegate next)
{
    private static readonly string[] Prefixes = ["X-Auth-", "X-Forwarded-", "X-Original-"];
    private static readonly string[] Names = ["Forwarded", "X-Real-IP", "X-Rewrite-URL"];

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
            if (name.Length > 0 && name[0] is 'X' or 'x' or 'F' or 'f' && IsTheGateways(name))
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
}
