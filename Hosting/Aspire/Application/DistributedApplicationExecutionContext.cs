namespace Aspire.Hosting;

/// <summary>Says whether the application runs or is published.</summary>
/// <param name="operation">What is done with the model.</param>
/// <param name="publisherName">What publishes it.</param>
public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation, string publisherName)
{
    private IServiceProvider? _services;

    /// <summary>Creates the context.</summary>
    /// <param name="operation">What is done with the model.</param>
    public DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
        : this(operation, "manifest")
    {
    }

    /// <summary>Creates the context.</summary>
    /// <param name="options">What is done with the model, and by what.</param>
    public DistributedApplicationExecutionContext(DistributedApplicationExecutionContextOptions options)
        : this(options.Operation, options.PublisherName ?? "manifest")
        => _services = options.ServiceProvider;

    /// <summary>What is done with the model.</summary>
    public DistributedApplicationOperation Operation { get; } = operation;

    /// <summary>What publishes it.</summary>
    public string PublisherName { get; set; } = publisherName;

    /// <summary>Whether it is published.</summary>
    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    /// <summary>Whether it runs.</summary>
    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    /// <summary>The application's services.</summary>
    /// <exception cref="InvalidOperationException">The application is not built yet.</exception>
    public IServiceProvider ServiceProvider
    {
        get => _services ?? throw new InvalidOperationException("The application's services exist only once it is built.");
        internal set => _services = value;
    }
}
