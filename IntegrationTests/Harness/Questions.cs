using System.Net.Http.Json;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>Questions to rag, each under a request id, by which what became of it is found in the stores.</summary>
internal static class Questions
{
    /// <summary>Asks what the request id itself says.</summary>
    /// <param name="client">A client of the gateway, or of one rag.</param>
    /// <param name="requestId">The request id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static Task<HttpResponseMessage> AskAsync(this HttpClient client, string requestId, CancellationToken cancellationToken)
        => client.AskAsync(requestId, new { query = requestId }, cancellationToken);

    /// <summary>Asks a question.</summary>
    /// <param name="client">A client of the gateway, or of one rag.</param>
    /// <param name="requestId">The request id.</param>
    /// <param name="question">The body.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<HttpResponseMessage> AskAsync(this HttpClient client, string requestId, object question, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/xnai/api/v1/query") { Content = JsonContent.Create(question) };
        message.Headers.Add("X-Request-ID", requestId);
        return await client.SendAsync(message, cancellationToken);
    }
}
