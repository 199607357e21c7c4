using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace XoeNovAi.ServiceDefaults.RequestIds;

internal sealed class RequestIdMiddleware(RequestDelegate next, ILogger<RequestIdMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var header = context.Request.Headers[RequestId.Header];
        var id = header.Count == 1 && RequestId.IsValid(header[0]) ? header[0]! : RequestId.Create();

        context.TraceIdentifier = id;
        context.Request.Headers[RequestId.Header] = id;
        context.Response.OnStarting(WriteHeader, context);
        Activity.Current?.SetTag(RequestId.Attribute, id);

        using (logger.BeginScope(new RequestIdScope(id)))
        {
            await next(context);
        }
    }

    // Late, so that neither a cleared response nor a backend's own header can replace it.
    private static Task WriteHeader(object state)
    {
        var context = (HttpContext)state;
        context.Response.Headers[RequestId.Header] = context.TraceIdentifier;
        return Task.CompletedTask;
    }
}
