using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace XoeNovAi.Hosting.Tests.Model;

/// <summary>Which endpoint is asked over HTTP when none is named, and when that is said.</summary>
[TestClass]
public sealed class HttpEndpointChoiceTests
{
    [TestMethod]
    public void Https_comes_before_http_and_both_before_others()
    {
        using var builder = Values.Builder();
        var server = builder.AddContainer("server", "image").WithHttpEndpoint(targetPort: 82, name: "admin");
        server.WithHttpHealthCheck("/a");
        server.WithHttpEndpoint(targetPort: 80).WithHttpHealthCheck("/b");
        server.WithHttpsEndpoint(targetPort: 443).WithHttpHealthCheck("/c").WithHttpHealthCheck("/d", 204, "admin");

        string[] expected = ["server_admin_/a_200_check", "server_http_/b_200_check", "server_https_/c_200_check", "server_admin_/d_204_check"];
        CollectionAssert.AreEqual(expected, server.Resource.Annotations.OfType<HealthCheckAnnotation>().Select(static h => h.Key).ToArray());
    }

    [TestMethod]
    public void What_cannot_be_asked_is_said_at_once()
    {
        using var builder = Values.Builder();
        var server = builder.AddContainer("server", "image").WithEndpoint(targetPort: 5432, name: "tcp");

        StringAssert.Contains(Refusal(() => server.WithHttpHealthCheck()), "no HTTP endpoint", StringComparison.Ordinal);
        StringAssert.Contains(Refusal(() => server.WithHttpHealthCheck(endpointName: "admin")), "'admin'", StringComparison.Ordinal);
        StringAssert.Contains(Refusal(() => server.WithHttpHealthCheck(endpointName: "tcp")), "not an HTTP endpoint", StringComparison.Ordinal);
        StringAssert.Contains(Refusal(() => server.WithHttpHealthCheck(() => server.GetEndpoint("tcp"))), "not an HTTP endpoint", StringComparison.Ordinal);
        StringAssert.Contains(Refusal(() => server.WithHttpCommand("/", "Ask", endpointName: "tcp")), "not an HTTP endpoint", StringComparison.Ordinal);
    }

    private static string Refusal(Action declare) => Assert.ThrowsExactly<DistributedApplicationException>(declare).Message;
}
