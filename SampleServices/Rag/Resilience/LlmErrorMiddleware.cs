using System.Diagnostics;
using XoeNovAi.ServiceDefaults.Api;

namespace XoeNovAi.Rag.Resilience;

/// <summary>Says in the contract's words that the model's breaker is open: the one error that has a shape of its own.</summary>
internal sealed class LlmErrorMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (LlmUnavailableException exception) when (exception.IsCircuitOpen && !context.Response.HasStarted)
        {
            Activity.Current?.AddException(exception);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsJsonAsync(new LlmError(exception.Message), RagJsonContext.Default.LlmError, cancellationToken: context.RequestAborted);
        }
        catch (LlmUnavailableException exception)
        {
            throw ApiException.Unavailable("The model", exception);
        }
    }
}

internal sealed record LlmError(string Error);

/// <summary>The model gives no answer.</summary>
internal sealed class LlmUnavailableException(string message, Exception inner) : Exception(message, inner)
{
    public bool IsCircuitOpen => InnerException is BreakerOpenException;
}
