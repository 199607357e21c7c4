using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace XoeNovAi.ServiceDefaults.Faults;

/// <summary>
/// Where a test switches faults: a server of its own, so that no request to the service can reach it, and on loopback, so that
/// only who can enter the container's network namespace does. <c>PUT /?health=503</c> switches on, <c>DELETE /</c> off,
/// <c>POST /crash</c> ends the process at once.
/// </summary>
internal sealed class FaultControl(FaultOptions options, FaultSwitch faults) : IHostedService, IAsyncDisposable
{
    private WebApplication? _server;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        _server = builder.Build();
        _server.Run(AnswerAsync);
        return _server.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("PUT", "/"):
                try
                {
                    faults.Current = FaultState.Parse(context.Request.Query);
                }
                catch (FormatException exception)
                {
                    context.Response.StatusCode = StatusCodes.Status400BadRequest;
                    return context.Response.WriteAsync(exception.Message, context.RequestAborted);
                }

                break;
            case ("DELETE", "/"):
                faults.Current = FaultState.None;
                break;
            case ("POST", "/crash"):
                Environment.FailFast("A test has asked for a crash.");
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }

        return Task.CompletedTask;
    }
}
