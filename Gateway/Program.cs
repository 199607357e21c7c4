using System.Net.Sockets;
using XoeNovAi.Gateway;
using XoeNovAi.Gateway.Configuration;

try
{
    await using var app = await GatewayApplication.CreateAsync(args);
    await app.StartAsync();
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception) when (exception is GatewayConfigurationException or InvalidOperationException or IOException or SocketException)
{
    // The second is what services and Kestrel say of settings of theirs, the others an address that is taken, or not this machine's.
    await Console.Error.WriteLineAsync($"The gateway does not start. {exception.Message}");
    return 1;
}
