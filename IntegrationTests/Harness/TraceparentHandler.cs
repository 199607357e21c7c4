using System.Diagnostics;

namespace XoeNovAi.IntegrationTests.Harness;

/// <summary>
/// Sends the test's own activity as the parent. The runtime's own propagation would put a client span between that nobody exports.
/// </summary>
internal sealed class TraceparentHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string Header = "traceparent";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } current && !request.Headers.Contains(Header))
        {
            request.Headers.TryAddWithoutValidation(Header, current.Id);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
