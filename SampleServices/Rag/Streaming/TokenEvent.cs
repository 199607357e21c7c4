namespace XoeNovAi.Rag.Streaming;

internal sealed record TokenEvent(string Content) : StreamEvent;
