namespace Aspire.Hosting.Testing;

/// <summary>Runs an AppHost for a test; what derives from it changes the AppHost on its way.</summary>
/// <param name="entryPoint">A type of the AppHost's assembly, such as <c>Projects.AppHost</c>.</param>
/// <param name="args">The command line.</param>
public class DistributedApplicationFactory(Type entryPoint, string[] args) : IDisposable, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<DistributedApplication>? _building;
    private EntryPointInterceptor? _interceptor;

    /// <summary>Runs an AppHost for a test.</summary>
    /// <param name="entryPoint">A type of the AppHost's assembly.</param>
    public DistributedApplicationFactory(Type entryPoint)
        : this(entryPoint, [])
    {
    }

    /// <summary>Builds the application and starts it.</summary>
    /// <param name="cancellationToken">Ends the start.</param>
    public async Task StartAsync(CancellationToken cancellationToken = default)
        => await (await BuildAsync().WaitAsync(cancellationToken).ConfigureAwait(false)).StartAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>An HTTP client for a resource.</summary>
    /// <param name="resourceName">The resource.</param>
    /// <param name="endpointName">The endpoint; by default https, else http.</param>
    public HttpClient CreateHttpClient(string resourceName, string? endpointName = null) => Started().CreateHttpClient(resourceName, endpointName);

    /// <summary>A resource's address on the host.</summary>
    /// <param name="resourceName">The resource.</param>
    /// <param name="endpointName">The endpoint; by default https, else http.</param>
    public Uri GetEndpoint(string resourceName, string? endpointName = null) => Started().GetEndpoint(resourceName, endpointName);

    /// <summary>A resource's connection string as the host sees it.</summary>
    /// <param name="resourceName">The resource.</param>
    public ValueTask<string?> GetConnectionString(string resourceName) => Started().GetConnectionStringAsync(resourceName);

    /// <inheritdoc />
    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        Task<DistributedApplication>? building;
        lock (_lock)
        {
            building = _building;
            _building ??= Task.FromException<DistributedApplication>(new ObjectDisposedException(GetType().Name));
        }

        if (building is not null)
        {
            // One that failed to build has nothing to dispose.
            await ((Task)building).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (building.IsCompletedSuccessfully)
            {
                await (await building.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }
        }

        if (Interlocked.Exchange(ref _interceptor, null) is { } interceptor)
        {
            await interceptor.EndAsync().ConfigureAwait(false);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Called before the builder is created.</summary>
    /// <param name="applicationOptions">How the application is built.</param>
    /// <param name="hostOptions">How its host is built.</param>
    protected virtual void OnBuilderCreating(DistributedApplicationOptions applicationOptions, HostApplicationBuilderSettings hostOptions)
    {
    }

    /// <summary>Called when the builder is created, before the AppHost fills it.</summary>
    /// <param name="applicationBuilder">The builder.</param>
    protected virtual void OnBuilderCreated(DistributedApplicationBuilder applicationBuilder)
    {
    }

    /// <summary>Called when the AppHost has filled the builder.</summary>
    /// <param name="applicationBuilder">The builder.</param>
    protected virtual void OnBuilding(DistributedApplicationBuilder applicationBuilder)
    {
    }

    /// <summary>Called when the application is built, before it starts.</summary>
    /// <param name="application">The application.</param>
    protected virtual void OnBuilt(DistributedApplication application)
    {
    }

    private Task<DistributedApplication> BuildAsync()
    {
        lock (_lock)
        {
            return _building ??= BuildCoreAsync();
        }
    }

    private async Task<DistributedApplication> BuildCoreAsync()
    {
        _interceptor = new EntryPointInterceptor(entryPoint.Assembly, args, OnBuilderCreating) { Created = OnBuilderCreated, Building = OnBuilding };
        await _interceptor.StartAsync(CancellationToken.None).ConfigureAwait(false);
        var application = await _interceptor.BuildAsync(CancellationToken.None).ConfigureAwait(false);
        OnBuilt(application);
        return application;
    }

    private DistributedApplication Started()
        => _building is { IsCompletedSuccessfully: true } built ? built.Result : throw new InvalidOperationException($"The application has not been started yet. Await {nameof(StartAsync)} first.");
}
