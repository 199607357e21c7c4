namespace Aspire.Hosting;

/// <summary>What an execution context says.</summary>
/// <param name="operation">What is done with the model.</param>
public class DistributedApplicationExecutionContextOptions(DistributedApplicationOperation operation)
{
    /// <summary>What an execution context says.</summary>
    /// <param name="operation">What is done with the model.</param>
    /// <param name="publisherName">What publishes it.</param>
    public DistributedApplicationExecutionContextOptions(DistributedApplicationOperation operation, string publisherName)
        : this(operation)
        => PublisherName = publisherName;

    /// <summary>What is done with the model.</summary>
    public DistributedApplicationOperation Operation { get; } = operation;

    /// <summary>What publishes it.</summary>
    public string? PublisherName { get; }

    /// <summary>The application's services.</summary>
    public IServiceProvider? ServiceProvider { get; set; }
}
