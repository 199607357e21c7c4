namespace XoeNovAi.Rag.Queries;

/// <summary>What a question is answered with, as it is kept in the cache.</summary>
internal sealed record Answer(string Response, IReadOnlyList<string> Sources, int Tokens);
