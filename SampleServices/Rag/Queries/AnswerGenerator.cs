using System.Security.Cryptography;
using System.Text;

namespace XoeNovAi.Rag.Queries;

/// <summary>Stands in for the model: the same question always has the same answer, and answers tell questions apart.</summary>
internal static class AnswerGenerator
{
    private const int Sources = 3;

    public static Answer Generate(QueryRequest request)
    {
        var seed = SHA256.HashData(Encoding.UTF8.GetBytes(request.Query));
        var words = $"Answer {Convert.ToHexStringLower(seed, 0, 4)} to: {request.Query}".Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var used = Math.Min(words.Length, request.MaxTokens);
        string[] sources = request.UseRag
            ? [.. Enumerable.Range(0, Sources).Select(index => $"doc-{Convert.ToHexStringLower(seed, 4 + (index * 2), 2)}")]
            : [];
        return new(string.Join(' ', words[..used]), sources, used);
    }
}

/// <summary>What a question is answered with, as it is kept in the cache.</summary>
internal sealed record Answer(string Response, IReadOnlyList<string> Sources, int Tokens);
