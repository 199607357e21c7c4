namespace XoeNovAi.Gateway.Tests.Bed;

/// <summary>A request as a backend received it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The target, byte for byte.</param>
/// <param name="Headers">The headers, without regard to case.</param>
/// <param name="BodyLength">How long the body was.</param>
/// <param name="BodyDigest">SHA-256 of the body, in hexadecimal.</param>
internal sealed record SeenRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, long BodyLength, string BodyDigest);
