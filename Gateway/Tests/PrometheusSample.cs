namespace XoeNovAi.Gateway.Tests;

/// <summary>One line of the exposition.</summary>
internal sealed record PrometheusSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
