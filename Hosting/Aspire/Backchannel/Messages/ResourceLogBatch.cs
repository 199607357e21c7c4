namespace Aspire.Hosting.Backchannel;

/// <summary>Lines that resources wrote.</summary>
internal sealed record ResourceLogBatch(ResourceLogLine[] Lines);
