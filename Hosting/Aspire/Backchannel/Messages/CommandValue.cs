namespace Aspire.Hosting.Backchannel;

/// <summary>What a command gives back.</summary>
internal sealed record CommandValue(string Value, string Format, bool DisplayImmediately);
