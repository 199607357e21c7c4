using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace XoeNovAi.ServiceDefaults.Api;

/// <summary>Gives every error, the framework's own included, the shape of the contract.</summary>
internal sealed class ErrorMiddleware(RequestDelegate next, TimeProvider time, ILogger<ErrorMiddleware> logger)
{
    private static readonly Dictionary<string, string> NoDetails = [];

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
            {
                await WriteAsync(context, ApiException.FromStatus(context.Response.StatusCode));
            }
        }
        catch (ApiException exception) when (!context.Response.HasStarted)
        {
            if (exception.Status >= StatusCodes.Status500InternalServerError)
            {
                Tell(context, exception.InnerException ?? exception);
            }

            await WriteAsync(context, exception);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, ApiException.FromStatus(exception.StatusCode));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer; the span says so.
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            logger.LogError(exception, "The request failed");
            Tell(context, exception);
            await WriteAsync(context, ApiException.FromStatus(StatusCodes.Status500InternalServerError));
        }
    }

    // As ASP.NET Core's own handler of exceptions does: whoever looks at the request later finds what was behind the answer.
    private static void Tell(HttpContext context, Exception exception) =>
        context.Features.Set<IExceptionHandlerFeature>(new ExceptionHandlerFeature { Error = exception, Path = context.Request.Path });

    private Task WriteAsync(HttpContext context, ApiException error)
    {
        var allowed = context.Response.Headers.Allow;
        context.Response.Clear();
        context.Response.StatusCode = error.Status;
        context.Response.Headers.Allow = allowed;
        var body = new ErrorResponse(
            error.Code, error.Message, error.Category, error.Status, time.GetUtcNow(),
            error.Field is null ? NoDetails : new() { ["field"] = error.Field },
            error.Suggestion, context.TraceIdentifier);
        return context.Response.WriteAsJsonAsync(body, ApiJsonContext.Default.ErrorResponse, cancellationToken: context.RequestAborted);
    }
}
