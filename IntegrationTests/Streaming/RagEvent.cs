namespace XoeNovAi.IntegrationTests.Streaming;

/// <summary>An event of <c>/stream</c>.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Type">What it is.</param>
/// <param name="Content">The token, when it is one; what failed, when it is an error.</param>
/// <param name="At">When it arrived, from the request on.</param>
internal sealed record RagEvent(string Id, string Type, string Content, TimeSpan At);
