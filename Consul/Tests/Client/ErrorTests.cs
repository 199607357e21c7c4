using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace XoeNovAi.Consul.Tests.Client;

/// <summary>What goes wrong is one sentence that says where, what, and what to do.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class ErrorTests : ConsulTest
{
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_Consul_that_is_not_there_cannot_be_reached()
    {
        using var client = new ConsulClient(new(new("http://127.0.0.1:1")));
        var wrong = await Assert.ThrowsExactlyAsync<ConsulException>(() => client.Catalog.ServicesAsync(default, Cancel));
        Assert.AreEqual("Consul at http://127.0.0.1:1/ cannot be reached: Connection refused. Does it run, and is that its address?", wrong.Message);
        Assert.IsNull(wrong.Status);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task A_refusal_has_Consuls_reason()
    {
        var wrong = await Assert.ThrowsExactlyAsync<ConsulException>(() => Consul.Agent.PassAsync("no such check", null, Cancel));
        Assert.StartsWith($"Consul at {Server.Address} answered ", wrong.Message);
        Assert.Contains(" to PUT v1/agent/check/pass/no%20such%20check: ", wrong.Message);
        Assert.Contains("TTL", wrong.Message);
        Assert.IsNotNull(wrong.Status);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [DataRow("<html>", true, "Is this address Consul's HTTP API?", ArgumentsDisplayName = "a page")]
    [DataRow("{}", false, "without X-Consul-Index", ArgumentsDisplayName = "JSON without an index")]
    [DataRow("null", true, "with null", ArgumentsDisplayName = "nothing")]
    public async Task Another_server_is_none(string body, bool index, string expected)
    {
        await using var other = await Backend.StartAsync(context =>
        {
            if (index)
            {
                context.Response.Headers["X-Consul-Index"] = "1";
            }

            return context.Response.WriteAsync(body);
        });
        using var client = new ConsulClient(new(other.Address));
        var wrong = await Assert.ThrowsExactlyAsync<ConsulException>(() => client.Catalog.ServicesAsync(default, Cancel));
        Assert.Contains(expected, wrong.Message);
    }

    [TestMethod]
    public void An_address_of_another_kind_is_refused() =>
        Assert.Contains("http://consul:8500", Assert.ThrowsExactly<ArgumentException>(static () => new ConsulClient(new(new("ftp://consul")))).Message);

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task TLS_is_trusted_by_the_authority_that_is_given_and_by_none_else()
    {
        using var certificate = Certificate();
        using var another = Certificate();
        await using var server = await Backend.StartAsync(
            static context =>
            {
                context.Response.Headers["X-Consul-Index"] = "1";
                return context.Response.WriteAsync("""{"rag":["v1"]}""");
            },
            web => web.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate))));
        using var trusting = new ConsulClient(new(server.Address) { Authorities = [certificate] });
        Assert.AreEqual("v1", (await trusting.Catalog.ServicesAsync(default, Cancel)).Value["rag"].Single());
        foreach (var authorities in new X509Certificate2Collection?[] { null, [another] })
        {
            using var client = new ConsulClient(new(server.Address) { Authorities = authorities });
            var wrong = await Assert.ThrowsExactlyAsync<ConsulException>(() => client.Catalog.ServicesAsync(default, Cancel));
            Assert.Contains("certificate", wrong.Message);
        }
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Unique("localhost")}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
    }
}
