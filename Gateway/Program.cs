using XoeNovAi.Gateway;
using XoeNovAi.Gateway.Configuration;

try
{
    await using var app = await GatewayApplication.CreateAsync(args);
    await app.RunAsync();
    return 0;
}
catch (GatewayConfigurationException exception)
{
    await Console.Error.WriteLineAsync($"The gateway does not start. {exception.Message}");
    return 1;
}
