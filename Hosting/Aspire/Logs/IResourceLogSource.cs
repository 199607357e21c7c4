namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where the lines come from that a resource itself wrote.</summary>
internal interface IResourceLogSource
{
    /// <summary>The resource that a name stands for, or the name itself where it stands for none.</summary>
    /// <param name="resourceName">The resource, or an instance of it.</param>
    string ResourceOf(string resourceName);

    /// <summary>The lines from the first on.</summary>
    /// <param name="resourceName">The resource, or an instance of it.</param>
    /// <param name="follow">Whether to go on until the resource ends.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<(string Content, bool IsErrorMessage)> ReadAsync(string resourceName, bool follow, CancellationToken cancellationToken);
}
