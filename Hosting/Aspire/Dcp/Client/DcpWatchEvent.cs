namespace Aspire.Hosting.Dcp.Client;

/// <summary>A change of a DCP object.</summary>
internal readonly record struct DcpWatchEvent<T>(DcpWatchEventType Type, T Object);
