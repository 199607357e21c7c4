using System.Text.Json;
using Microsoft.Extensions.Configuration.Json;

namespace XoeNovAi.Gateway.Configuration;

/// <summary>What happens to files that hold no JSON.</summary>
internal static class ConfigurationFiles
{
    /// <summary>A file that cannot be read when it changes at run time is said to be so, and does not end the gateway.</summary>
    public static void KeepLastGood(IConfigurationBuilder configuration)
    {
        foreach (var source in configuration.Sources.OfType<JsonConfigurationSource>())
        {
            source.OnLoadException = context =>
            {
                Console.Error.WriteLine($"The settings in use stay: {Unreadable(context).Message}");
                context.Ignore = true;
            };
        }
    }

    /// <summary>The files that are there.</summary>
    public static IReadOnlyList<JsonConfigurationProvider> In(IConfiguration configuration) =>
        [.. ((IConfigurationRoot)configuration).Providers.OfType<JsonConfigurationProvider>().Where(static file => file.Source.FileProvider!.GetFileInfo(file.Source.Path!).Exists)];

    /// <summary>Looks whether what has been read of files is what they say: one that could not be read, or has gone, has left nothing behind.</summary>
    /// <exception cref="GatewayConfigurationException">It is not.</exception>
    public static void Check(IEnumerable<JsonConfigurationProvider> files)
    {
        foreach (var file in files)
        {
            GatewayConfigurationException? unreadable = null;
            var now = new ConfigurationBuilder()
                .SetFileLoadExceptionHandler(context =>
                {
                    unreadable = Unreadable(context);
                    context.Ignore = true;
                })
                .AddJsonFile(file.Source.FileProvider, file.Source.Path!, optional: false, reloadOnChange: false)
                .Build();
            if (unreadable is not null)
            {
                throw unreadable;
            }

            if (now.AsEnumerable().Any(setting => setting.Value is not null && !(file.TryGet(setting.Key, out var read) && read == setting.Value)))
            {
                throw new GatewayConfigurationException($"{Path.GetFileName(file.Source.Path)}: it has changed once more since it was read.");
            }
        }
    }

    /// <summary>
    /// The first of the program's files that cannot be read, as an exception that names the line. The application's builder
    /// reads them before anybody can ask it which; so they are read once more, as it does.
    /// </summary>
    public static GatewayConfigurationException? FirstUnreadable(string[] args)
    {
        var host = new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables("DOTNET_").AddCommandLine(args).Build();
        GatewayConfigurationException? first = null;
        new ConfigurationBuilder()
            .SetBasePath(Path.GetFullPath(host[HostDefaults.ContentRootKey] ?? Directory.GetCurrentDirectory()))
            .SetFileLoadExceptionHandler(context =>
            {
                first ??= Unreadable(context);
                context.Ignore = true;
            })
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{host[HostDefaults.EnvironmentKey] ?? Environments.Production}.json", optional: true)
            .Build();
        return first;
    }

    private static GatewayConfigurationException Unreadable(FileLoadExceptionContext context)
    {
        var file = Path.GetFileName(context.Provider.Source.Path);
        for (var cause = context.Exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is JsonException { LineNumber: { } line, BytePositionInLine: { } position })
            {
                return new GatewayConfigurationException(
                    $"{file}:{line + 1}: this is no JSON from byte {position + 1} of the line on. Look for a bracket, comma or quote that is missing or too many.", context.Exception);
            }
        }

        return new GatewayConfigurationException($"{file}: {context.Exception.GetBaseException().Message}", context.Exception);
    }
}
