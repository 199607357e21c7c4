using System.Text.Json.Serialization;

namespace XoeNovAi.Rag.Streaming;

/// <summary>An event of <c>/stream</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SourcesEvent), "sources")]
[JsonDerivedType(typeof(TokenEvent), "token")]
[JsonDerivedType(typeof(DoneEvent), "done")]
[JsonDerivedType(typeof(ErrorEvent), "error")]
internal abstract record StreamEvent;

internal sealed record SourcesEvent(IReadOnlyList<string> Sources) : StreamEvent;

internal sealed record TokenEvent(string Content) : StreamEvent;

internal sealed record DoneEvent(int Tokens, double LatencyMs) : StreamEvent;

internal sealed record ErrorEvent(string Error) : StreamEvent;
