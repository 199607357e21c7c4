namespace Aspire.Hosting.Testing;

/// <summary>Builds an application for a test.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    /// <summary>Builds the application.</summary>
    /// <param name="cancellationToken">Ends the wait for the AppHost's code.</param>
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}
