using Aspire.Hosting.Testing;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Images;

namespace XoeNovAi.Consul.Tests.Harness;

/// <summary>A Consul on rootless Podman. It keeps everything in memory: what restarts has forgotten it.</summary>
internal sealed class ConsulServer : IAsyncDisposable
{
    private const string Name = "consul";
    private readonly IDistributedApplicationTestingBuilder _builder;
    private readonly DistributedApplication _application;
    private readonly ConsulResource _resource;

    private ConsulServer(IDistributedApplicationTestingBuilder builder, DistributedApplication application, ConsulResource resource)
    {
        _builder = builder;
        _application = application;
        _resource = resource;
    }

    /// <summary>Where it is on this machine.</summary>
    public Uri Address => _application.GetEndpoint(Name, "http");

    /// <summary>Starts one.</summary>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="denies">Whether it denies what no token allows.</param>
    public static async Task<ConsulServer> StartAsync(CancellationToken cancellationToken, bool denies = false)
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.UseRootlessPodman();
        builder.Services.AddLogging(static logging => logging.ClearProviders());
        var consul = builder.AddConsul(Name).WithSetupImage("consul", "1");
        if (denies)
        {
            consul.WithAccessControl();
        }

        var server = new ConsulServer(builder, await builder.BuildAsync(cancellationToken), consul.Resource);
        try
        {
            await server._application.StartAsync(cancellationToken);
            await server.HealthyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of it.</summary>
    public ConsulClient CreateClient(string? token = null) => new(new(Address) { Token = token });

    /// <summary>The token that may do everything, of one that denies.</summary>
    public async Task<string> ManagementTokenAsync(CancellationToken cancellationToken) => (await _resource.ManagementToken!.GetValueAsync(cancellationToken))!;

    public Task StopAsync(CancellationToken cancellationToken) => CommandAsync(KnownResourceCommands.StopCommand, cancellationToken);

    /// <summary>Starts it again, empty, at the same address.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        await CommandAsync(KnownResourceCommands.StartCommand, cancellationToken);
        await HealthyAsync(cancellationToken);
    }

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await StopAsync(cancellationToken);
        await StartAgainAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
        await _builder.DisposeAsync();
    }

    private async Task HealthyAsync(CancellationToken cancellationToken)
    {
        await _application.ResourceNotifications.WaitForResourceAsync(Name, KnownResourceStates.Running, cancellationToken);
        await _application.ResourceNotifications.WaitForResourceHealthyAsync(Name, cancellationToken);
    }

    private async Task CommandAsync(string command, CancellationToken cancellationToken)
    {
        var result = await _application.ResourceCommands.ExecuteCommandAsync(Name, command, cancellationToken);
        Assert.IsTrue(result.Success, $"'{command}': {result.Message}");
    }
}
