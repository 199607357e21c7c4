using System.Diagnostics;
using System.Net;
using System.Text;

namespace XoeNovAi.BootBenchmark;

/// <summary>What a person waits for: a query that is answered through the gateway.</summary>
internal static class FirstAnswer
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks from now on until there is an answer; when that was.</summary>
    public static async Task<TimeSpan> WaitAsync(int gatewayPort, Stopwatch clock, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{gatewayPort}"), Timeout = Patience };
        while (!await IsAnsweredAsync(client, cancellationToken))
        {
            await Task.Delay(Pause, cancellationToken);
        }

        return clock.Elapsed;
    }

    private static async Task<bool> IsAnsweredAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StringContent("""{"query":"How fast is the start?"}""", Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(new Uri("/xnai/api/v1/query", UriKind.Relative), content, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
