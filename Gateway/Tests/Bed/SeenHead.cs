namespace XoeNovAi.Gateway.Tests.Bed;

/// <summary>The head of a request as a backend received it, whatever came of the body.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The target, byte for byte.</param>
internal sealed record SeenHead(string Method, string Target);
