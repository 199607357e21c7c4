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
            await WriteAsync(context, exception);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, ApiException.FromStatus(exception.StatusCode));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            logger.LogError(exception, "The request failed");
            await WriteAsync(context, ApiException.FromStatus(StatusCodes.Status500InternalServerError));
        }
    }

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
