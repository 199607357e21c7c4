using Microsoft.AspNetCore.Http.Features;

namespace XoeNovAi.Rag.Errors;

/// <summary>Gives every error, the framework's own included, the shape of the contract.</summary>
internal sealed class ErrorMiddleware(RequestDelegate next, TimeProvider time, ILogger<ErrorMiddleware> logger)
{
    private static readonly Dictionary<string, string> NoDetails = [];

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null }
                && context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true })
            {
                await WriteAsync(context, FromStatus(context.Response.StatusCode));
            }
        }
        catch (ApiException exception) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, exception);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, FromStatus(exception.StatusCode));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            logger.LogError(exception, "The request failed");
            await WriteAsync(context, FromStatus(StatusCodes.Status500InternalServerError));
        }
    }

    private Task WriteAsync(HttpContext context, ApiException error)
    {
        context.Response.Clear();
        context.Response.StatusCode = error.Status;
        var body = new ErrorResponse(
            error.Code, error.Message, error.Category, error.Status, time.GetUtcNow(),
            error.Field is null ? NoDetails : new() { ["field"] = error.Field },
            error.Suggestion, context.TraceIdentifier);
        return context.Response.WriteAsJsonAsync(body, RagJsonContext.Default.ErrorResponse, cancellationToken: context.RequestAborted);
    }

    private static ApiException FromStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => new(status, "NOT_FOUND", "routing", "There is nothing here.", "Look the path up in the API's description."),
        StatusCodes.Status405MethodNotAllowed => new(status, "METHOD_NOT_ALLOWED", "routing", "This path does not take this method.", "Use one of the methods in the Allow header."),
        StatusCodes.Status413PayloadTooLarge => new(status, "PAYLOAD_TOO_LARGE", "validation", "The body is too large.", "Send less at once."),
        StatusCodes.Status415UnsupportedMediaType => new(status, "UNSUPPORTED_MEDIA_TYPE", "validation", "The body must be application/json.", "Set Content-Type: application/json."),
        < 500 => new(status, "BAD_REQUEST", "validation", "The request cannot be read.", "Correct the request and send it again."),
        _ => new(status, "INTERNAL_ERROR", "internal", "The request failed.", "Try again; name the request id when reporting it."),
    };
}
