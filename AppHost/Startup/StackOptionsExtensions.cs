using Aspire.Hosting.Lifecycle;
using XoeNovAi.AppHost.Configuration;

namespace XoeNovAi.AppHost.Startup;

/// <summary>Adds how the stack is run, and those who see to it that it starts.</summary>
internal static class StackOptionsExtensions
{
    public static StackOptions AddStackOptions(this IDistributedApplicationBuilder builder)
    {
        var options = StackOptionsReader.Read(builder.Configuration);
        builder.Services.AddSingleton(options);
        builder.Services.AddHostedService<LauncherWatch>();
        builder.Services.AddHostedService<HiddenConnectionStrings>();
        builder.ForgetEndedStart();
        builder.Services.AddSingleton<StartupWatch>();
        builder.Services.AddSingleton<IDistributedApplicationEventingSubscriber>(static services => services.GetRequiredService<StartupWatch>());
        builder.Services.AddSingleton<IDistributedApplicationEventingSubscriber, ParameterNames>();
        return options;
    }
}
