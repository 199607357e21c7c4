using Microsoft.AspNetCore.Http.Features;
using XoeNovAi.Gateway.Configuration;
using XoeNovAi.Gateway.Errors;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>Refuses a body whose length is told in two ways or is too large, and counts a chunked one without what surrounds the chunks.</summary>
internal sealed class BodyLengthMiddleware(RequestDelegate next, GatewayOptions options)
{
    // Where Kestrel puts a Content-Length beside a Transfer-Encoding.
    private const string SetAside = "X-Content-Length";

    // Chunks of 16 KB and more have less than that around them.
    private const int FramingShare = 1024;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.TransferEncoding.Count > 0)
        {
            if (request.ContentLength is not null || request.Headers.ContainsKey(SetAside))
            {
                context.Response.Headers.Connection = "close";
                return Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "Content-Length and Transfer-Encoding must not both be given.");
            }

            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = options.MaximumBodyBytes + (options.MaximumBodyBytes / FramingShare);
            }
        }

        // Before a service is asked: it would see the beginning of a request that never ends.
        return request.ContentLength > options.MaximumBodyBytes
            ? Problem.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, "The body is larger than the gateway takes.")
            : next(context);
    }
}
