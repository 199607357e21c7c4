using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace XoeNovAi.ServiceDefaults.Telemetry;

/// <summary>
/// Completes the span of a request. ASP.NET Core 10 writes into it what it knows of the request, nothing of the answer; the
/// instrumentation package writes both, for a twentieth of the processor time of a forwarded request. Attributes are those of
/// OpenTelemetry's conventions for HTTP servers.
/// </summary>
internal sealed class ServerSpanMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span ? CompleteAsync(context, span) : next(context);

    private async Task CompleteAsync(HttpContext context, Activity span)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception)
        {
            Complete(span, context, StatusAfter(exception, context), exception);
            throw;
        }

        Complete(span, context, context.Response.StatusCode, context.Features.Get<IExceptionHandlerFeature>()?.Error);
    }

    // The server decides after this.
    private static int StatusAfter(Exception exception, HttpContext context) =>
        context.Response.HasStarted ? context.Response.StatusCode
        : exception is BadHttpRequestException refused ? refused.StatusCode
        : context.RequestAborted.IsCancellationRequested ? StatusCodes.Status499ClientClosedRequest
        : StatusCodes.Status500InternalServerError;

    private static void Complete(Activity span, HttpContext context, int status, Exception? exception)
    {
        span.SetTag("http.response.status_code", status);
        span.SetTag("network.protocol.version", Version(context.Request.Protocol));
        var method = span.GetTagItem("http.request.method") is string known and not "_OTHER" ? known : "HTTP";
        if ((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } route)
        {
            span.SetTag("http.route", route);
            span.DisplayName = $"{method} {route}";
        }
        else
        {
            span.DisplayName = method;
        }

        if (exception is not null)
        {
            span.AddException(exception);
        }

        if (status >= StatusCodes.Status500InternalServerError)
        {
            span.SetTag("error.type", exception?.GetType().FullName ?? status.ToString(CultureInfo.InvariantCulture));
            span.SetStatus(ActivityStatusCode.Error, exception?.Message);
        }
    }

    private static string Version(string protocol) =>
        HttpProtocol.IsHttp11(protocol) ? "1.1" : HttpProtocol.IsHttp2(protocol) ? "2" : HttpProtocol.IsHttp10(protocol) ? "1.0" : "3";
}
