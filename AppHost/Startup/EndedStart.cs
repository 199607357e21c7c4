namespace XoeNovAi.AppHost.Startup;

/// <summary>Keeps the host from reporting a start that somebody has ended as one that failed, with where in the code that was.</summary>
internal static class EndedStart
{
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    public static void ForgetEndedStart(this IDistributedApplicationBuilder builder)
    {
        // The filter is asked for each line, and must not be made from services that log.
        IHostApplicationLifetime? lifetime = null;
        builder.Eventing.Subscribe<BeforeStartEvent>((@event, _) =>
        {
            lifetime = @event.Services.GetRequiredService<IHostApplicationLifetime>();
            return Task.CompletedTask;
        });
        builder.Services.AddLogging(logging => logging.AddFilter(Host, level => level >= LogLevel.Information && lifetime is not { ApplicationStopping.IsCancellationRequested: true, ApplicationStarted.IsCancellationRequested: false }));
    }
}
