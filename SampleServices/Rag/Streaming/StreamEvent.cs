using System.Text.Json.Serialization;

namespace XoeNovAi.Rag.Streaming;

/// <summary>An event of <c>/stream</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SourcesEvent), "sources")]
[JsonDerivedType(typeof(TokenEvent), "token")]
[JsonDerivedType(typeof(DoneEvent), "done")]
[JsonDerivedType(typeof(ErrorEvent), "error")]
internal abstract record StreamEvent;
