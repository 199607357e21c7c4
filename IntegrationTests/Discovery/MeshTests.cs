using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using XoeNovAi.Hosting.Consul;

namespace XoeNovAi.IntegrationTests.Discovery;

/// <summary>Services that call each other through Consul's mesh, in a stack of the test's own.</summary>
[TestClass]
public sealed class MeshTests
{
    private const string Healthy = "healthz check passed";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly string[] Arguments =
    [
        "--Stack:Mesh=on", "--Stack:Run=none",
        "--Stack:Services:gateway:Run=container", "--Stack:Services:rag:Run=container", "--Stack:Services:qdrant:Run=container", "--Stack:Services:memory-bank:Run=container",
    ];

    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    [TestMethod]
    [Scenario("DISC-10")]
    [Timeout(280_000, CooperativeCancellation = true)]
    public async Task Calls_go_through_sidecars_with_certificates_of_both_sides_as_far_as_intentions_allow()
    {
        await using var stack = await OwnStack.StartAsync(Arguments, Cancel);
        await CalledThroughSidecarsAsync(stack);
        await RefusedWithoutCertificateAsync(stack);
        await DeniedAndAllowedAsync(stack);
        await RestartedAsync(stack);
    }

    // Each of the calls the model declares; and rag's own, of which the store's side sees the sidecar only.
    private async Task CalledThroughSidecarsAsync(OwnStack stack)
    {
        foreach (var (caller, called, path, expected) in (ValueTuple<string, string, string, string>[])
            [("rag-1", "qdrant", "/healthz", Healthy), ("rag-2", "qdrant", "/healthz", Healthy), ("rag-1", "memory-bank", "/health", "\"ok\""), ("memory-bank", "rag", "/xnai/api/v1/health", "\"status\"")])
        {
            await CalledAsync(stack, caller, called, path, answer => answer.Contains(expected, StringComparison.Ordinal), $"{caller} reaches {called} through the mesh");
        }

        using var rag = stack.Application.CreateHttpClient("rag-1", "http");
        using var found = await rag.PostAsJsonAsync("/xnai/api/v1/search", new { query = "consul" }, Cancel);
        Assert.AreEqual(HttpStatusCode.OK, found.StatusCode, await found.Content.ReadAsStringAsync(Cancel));
        var direct = await stack.RunInNetworkOfAsync("qdrant", ["ss", "-tnH", "state", "established", "sport", "=", ":6333"], Cancel);
        var mesh = await stack.RunInNetworkOfAsync("qdrant", ["ss", "-tnH", "state", "established", "sport", "=", $":{ConsulMeshExtensions.MeshPort}"], Cancel);
        Assert.Contains("127.0.0.1", direct, "The sidecar hands rag's search to the store on loopback.");
        Assert.IsNotEmpty(mesh.Trim(), "rag's search comes in at the sidecar.");
    }

    // The same call from the same network: only whoever has a certificate of a service that may call is answered.
    private async Task RefusedWithoutCertificateAsync(OwnStack stack)
    {
        Assert.Contains(Healthy, await CallSidecarAsync(stack, "https", await CertificateAsync(stack, "rag")), "With rag's certificate it is answered: what follows is refused for the certificate's sake.");
        foreach (var (scheme, certificate, what) in (ValueTuple<string, string, string>[])
            [("http", string.Empty, "plain HTTP"), ("https", string.Empty, "TLS without a certificate"), ("https", await CertificateAsync(stack, "memory-bank"), "a service that may not call"), ("https", ForeignCertificate.Create("rag"), "another authority's certificate")])
        {
            var answer = await CallSidecarAsync(stack, scheme, certificate);
            TestContext.WriteLine($"{what}: {answer.ReplaceLineEndings(" ")}");
            Assert.DoesNotContain(Healthy, answer, what);
            Assert.DoesNotContain("HTTP/1.1", answer, what);
        }
    }

    private async Task DeniedAndAllowedAsync(OwnStack stack)
    {
        await IntendAsync(stack, "rag", "qdrant", "deny");
        await CalledAsync(stack, "rag-1", "qdrant", "/healthz", static answer => !answer.Contains("HTTP/1.1", StringComparison.Ordinal), "rag is denied");
        await CalledAsync(stack, "rag-1", "memory-bank", "/health", static answer => answer.Contains("\"ok\"", StringComparison.Ordinal), "what was not denied goes on");

        await IntendAsync(stack, "rag", "qdrant", "allow");
        await CalledAsync(stack, "rag-1", "qdrant", "/healthz", static answer => answer.Contains(Healthy, StringComparison.Ordinal), "rag is allowed again");
    }

    // The sidecar goes with its service, and comes back in the network it has then.
    private async Task RestartedAsync(OwnStack stack)
    {
        await stack.KillAsync("qdrant", Cancel);
        await stack.Commands.EndedAsync("qdrant", Limit, Cancel);
        await stack.Commands.StartAsync("qdrant", Cancel);
        await CalledAsync(stack, "rag-1", "qdrant", "/healthz", static answer => answer.Contains(Healthy, StringComparison.Ordinal), "rag reaches the qdrant that came back");
    }

    private Task CalledAsync(OwnStack stack, string caller, string called, string path, Func<string, bool> holds, string awaited)
    {
        var port = stack.Model.Resources.OfType<ConsulSidecarResource>().Single(s => s.Name == $"{caller}-sidecar").Upstreams[called];
        return Eventually.HoldsAsync(awaited, Limit, token => stack.GetOnLoopbackAsync(caller, port, path, token), holds, static answer => answer, Cancel);
    }

    private Task<string> CallSidecarAsync(OwnStack stack, string scheme, string certificate)
        => stack.RunBesideAsync(
            "db-network",
            $"cat > /given/cert.pem; curl --silent --show-error --include --insecure --http1.1 --max-time 15 {(certificate.Length > 0 ? "--cert /given/cert.pem" : string.Empty)} {scheme}://qdrant-mesh:{ConsulMeshExtensions.MeshPort}/healthz 2>&1; echo \"curl ended with $?\"",
            certificate,
            Cancel);

    private async Task<string> CertificateAsync(OwnStack stack, string service)
    {
        using var response = await stack.Consul.SendAsync(HttpMethod.Get, $"v1/agent/connect/ca/leaf/{service}", null, Cancel);
        using var leaf = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
        return $"{leaf.RootElement.GetProperty("CertPEM").GetString()}\n{leaf.RootElement.GetProperty("PrivateKeyPEM").GetString()}";
    }

    private async Task IntendAsync(OwnStack stack, string source, string destination, string action)
    {
        using var listed = await stack.Consul.SendAsync(HttpMethod.Get, "v1/connect/intentions", null, Cancel);
        var intention = JsonNode.Parse(await listed.Content.ReadAsStringAsync(Cancel))!.AsArray().Single(i => (string?)i!["SourceName"] == source && (string?)i["DestinationName"] == destination)!;
        using var changed = await stack.Consul.SendAsync(HttpMethod.Put, $"v1/connect/intentions/{(string?)intention["ID"]}", new { SourceName = source, DestinationName = destination, Action = action }, Cancel);
        Assert.IsTrue(changed.IsSuccessStatusCode, await changed.Content.ReadAsStringAsync(Cancel));
    }
}
