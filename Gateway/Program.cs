using XoeNovAi.Gateway;
using XoeNovAi.Gateway.Configuration;

// The other half of what GatewayApplication says to Kestrel: answers of services are worked on where they arrive. Read when the first socket is made.
const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
Environment.SetEnvironmentVariable(InlineCompletions, Environment.GetEnvironmentVariable(InlineCompletions) ?? "1");

try
{
    await GatewayApplication.Create(args).RunAsync();
    return 0;
}
catch (GatewayConfigurationException exception)
{
    await Console.Error.WriteLineAsync($"The gateway does not start. {exception.Message}");
    return 1;
}
