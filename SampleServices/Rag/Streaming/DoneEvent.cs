namespace XoeNovAi.Rag.Streaming;

internal sealed record DoneEvent(int Tokens, double LatencyMs) : StreamEvent;
