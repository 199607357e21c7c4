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
                Console.Error.WriteLine($"The settings in use stay: {Unreadable(context.Exception).Message}");
                context.Ignore = true;
            };
        }
    }

    /// <summary>The exception of a file that holds no JSON, as one that names the line.</summary>
    public static GatewayConfigurationException Unreadable(Exception exception)
    {
        var file = exception.Message.Split('\'') is [_, var path, ..] ? Path.GetFileName(path) : "configuration";
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is JsonException { LineNumber: { } line })
            {
                return new GatewayConfigurationException($"{file}:{line + 1}: this is no JSON. {cause.Message.Split(" Path:")[0].Split(" LineNumber:")[0]}", exception);
            }
        }

        return new GatewayConfigurationException($"{file}: {exception.GetBaseException().Message}", exception);
    }
}
