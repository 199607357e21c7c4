using Microsoft.Net.Http.Headers;
using XoeNovAi.Gateway.Configuration;

namespace XoeNovAi.Gateway.Cors;

/// <summary>Says on every answer that it depends on the origin, also to those who send none: a cache could give theirs to the others.</summary>
internal sealed class VaryMiddleware(RequestDelegate next, GatewaySettings settings)
{
    private const string Any = "*";

    public Task InvokeAsync(HttpContext context)
    {
        if (settings.Current.Cors.Values.Any(static policy => policy.Origins.Length > 0))
        {
            // Registered before ASP.NET's own, and so called after it.
            context.Response.OnStarting(Apply, context.Response.Headers);
        }

        return next(context);
    }

    private static Task Apply(object state)
    {
        var headers = (IHeaderDictionary)state;
        var names = headers.GetCommaSeparatedValues(HeaderNames.Vary);
        var origins = names.Count(static name => string.Equals(name, HeaderNames.Origin, StringComparison.OrdinalIgnoreCase));
        if (origins == 0 && !names.Contains(Any))
        {
            headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        }
        else if (origins > 1)
        {
            headers.Vary = string.Join(", ", names.Distinct(StringComparer.OrdinalIgnoreCase));
        }

        return Task.CompletedTask;
    }
}
