using System.Text;

namespace XoeNovAi.GatewayBenchmark;

/// <summary>What callers of the stack send: questions, health checks, pages and a larger file, on routes with and without a prefix that is stripped.</summary>
internal static class Requests
{
    private const string Question = """{"query":"What did the council decide about the hearth?","use_rag":true,"max_tokens":256}""";

    public static IReadOnlyList<byte[]> For(Subject subject) =>
    [
        Post(subject, "/xnai/api/v1/query", Question),
        Get(subject, "/xnai/api/v1/health"),
        Get(subject, "/chat/c/3f0c?lang=en"),
        Get(subject, "/oikos/iris/status/42"),
        Post(subject, "/xnai/api/v1/query", Question),
        Get(subject, "/docs/guide/start/"),
        Get(subject, "/assets/app.js"),
        Get(subject, "/"),
    ];

    private static byte[] Get(Subject subject, string target) => Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\n{Headers(subject)}\r\n");

    private static byte[] Post(Subject subject, string target, string body) =>
        Encoding.ASCII.GetBytes($"POST {target} HTTP/1.1\r\n{Headers(subject)}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private static string Headers(Subject subject) =>
        $"Host: {subject.Address.Host}:{subject.Address.Port}\r\nAccept: application/json, text/html;q=0.9\r\nAccept-Encoding: gzip, br\r\nUser-Agent: xoe-novai-bench\r\n";
}
