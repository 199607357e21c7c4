namespace Aspire.Hosting.Backchannel;

/// <summary>Registers what the aspire command talks to.</summary>
internal static class BackchannelServiceCollectionExtensions
{
    public static void AddBackchannel(this IServiceCollection services)
    {
        services.AddSingleton<BackchannelLog>();
        services.AddSingleton<ILoggerProvider>(static s => s.GetRequiredService<BackchannelLog>());
        services.AddSingleton<AppHostCalls>();
        services.AddSingleton<RunCalls>();
        services.AddHostedService<BackchannelServer>();
    }
}
