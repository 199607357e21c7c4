using XoeNovAi.AppHost.Configuration;
using XoeNovAi.Hosting.Podman.Containers;

namespace XoeNovAi.AppHost.Startup;

/// <summary>Runs the stack and turns what stops it into one sentence and an exit code.</summary>
internal static class StackProgram
{
    private const int Failed = 1;

    public static async Task<int> RunAsync(string[] args, Func<DistributedApplication> build)
    {
        if (StackHelp.IsAskedFor(args))
        {
            return StackHelp.Print();
        }

        try
        {
            CommandLine.Check(args);
            var application = build();
            await using (application.ConfigureAwait(false))
            {
                // Running disposes the services.
                var watch = application.Services.GetRequiredService<StartupWatch>();
                await application.RunAsync().ConfigureAwait(false);
                return await watch.GetFailureAsync().ConfigureAwait(false) is { } failure ? Report(failure) : Environment.ExitCode;
            }
        }
        catch (PortInUseException exception)
        {
            return Report($"{exception.Message}{SettingOf(exception.Resource)}");
        }
        catch (DistributedApplicationException exception)
        {
            return Report(exception.Message);
        }
    }

    private static string SettingOf(string resource)
        => resource switch
        {
            "gateway" => $" Its setting is --{StackOptions.Section}:{nameof(StackOptions.GatewayPort)}.",
            AspireDefaults.DashboardResource => $" Its setting is {AspireDefaults.UrlSetting}.",
            _ => string.Empty,
        };

    private static int Report(string failure)
    {
        Console.Error.WriteLine();
        Console.Error.WriteLine(failure);
        return Failed;
    }
}
