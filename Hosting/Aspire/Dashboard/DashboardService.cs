using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard of this application.</summary>
internal sealed class DashboardService
{
    public bool IsEnabled => false;
    public EndpointReference OtlpGrpc => throw new NotSupportedException();
    public EndpointReference OtlpHttp => throw new NotSupportedException();
    public ParameterResource OtlpApiKey => throw new NotSupportedException();
    public Task StartServiceAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync() => Task.CompletedTask;
}
