namespace XoeNovAi.Hosting.Testing.Traces;

/// <summary>A trace is not as a test expects it. The message shows what was expected beside what was seen.</summary>
/// <param name="message">What is different.</param>
public sealed class TraceAssertionException(string message) : Exception(message);
