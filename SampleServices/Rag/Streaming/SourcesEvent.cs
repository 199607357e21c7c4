namespace XoeNovAi.Rag.Streaming;

internal sealed record SourcesEvent(IReadOnlyList<string> Sources) : StreamEvent;
