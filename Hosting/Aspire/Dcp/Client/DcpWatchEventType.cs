namespace Aspire.Hosting.Dcp.Client;

/// <summary>What happened to a watched object.</summary>
internal enum DcpWatchEventType
{
    /// <summary>It exists; also sent for each object that exists when a watch begins.</summary>
    Added,

    /// <summary>Its spec or status changed.</summary>
    Modified,

    /// <summary>It is gone.</summary>
    Deleted,
}
