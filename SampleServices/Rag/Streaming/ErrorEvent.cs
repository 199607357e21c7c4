namespace XoeNovAi.Rag.Streaming;

internal sealed record ErrorEvent(string Error) : StreamEvent;
