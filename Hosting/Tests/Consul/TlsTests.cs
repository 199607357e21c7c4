using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman.Images;

namespace XoeNovAi.Hosting.Tests.Consul;

/// <summary>Consul that speaks TLS, without a certificate authority of its user's.</summary>
[TestClass]
public sealed class TlsTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Its_address_says_so_and_whoever_trusts_its_authority_is_answered()
    {
        using var certificate = Create("consul");
        using var authority = X509CertificateLoader.LoadCertificate(certificate.RawData);
        using var other = Create("consul");
        ConsulResource consul = null!;
        await using var run = await PodmanApplication.StartAsync(
            builder =>
            {
                var server = builder.AddConsul("consul").WithSetupImage("consul", "1").WithAccessControl().WithTls(authority, _ => new(certificate));
                consul = server.Resource;
                builder.AddSleeper("caller").WithReference(server)
                    .WithContainerFiles("/trust", (_, _) => Task.FromResult<IEnumerable<ContainerFileSystemItem>>(
                        [new ContainerFile { Name = "authority.crt", Contents = consul.AuthorityPem! }, new ContainerFile { Name = "other.crt", Contents = other.ExportCertificatePem() }]))
                    .WaitFor(server);
            },
            Cancelled);
        var caller = await run.Application.RunningAsync("caller", Cancelled);

        Assert.AreEqual("https://consul:8500", await Engine.ExecuteAsync(caller, "echo $ConnectionStrings__consul", Cancelled));
        Assert.AreNotEqual("\"\"", await Engine.ExecuteAsync(caller, "curl -sf --cacert /trust/authority.crt $ConnectionStrings__consul/v1/status/leader", Cancelled));
        Assert.StartsWith("curl: (60)", await Engine.ExecuteAsync(caller, "curl -sSf --cacert /trust/other.crt $ConnectionStrings__consul/v1/status/leader 2>&1 | head -1", Cancelled));
        Assert.Contains("HTTP request to an HTTPS server", await Engine.ExecuteAsync(caller, "curl -s http://consul:8500/v1/status/leader", Cancelled));
        Assert.StartsWith("https://", await consul.PrimaryEndpoint.GetValueAsync(Cancelled) ?? string.Empty);
    }

    [TestMethod]
    public void Its_servers_speak_it_too()
    {
        using var certificate = Create("consul");
        var builder = DistributedApplication.CreateBuilder([]);
        var consul = builder.AddConsul("consul").WithServers(3).WithTls(certificate, _ => certificate);

        foreach (var resource in builder.Resources.OfType<ConsulServerResource>().Append<IResource>(consul.Resource))
        {
            Assert.AreEqual("https", resource.Annotations.OfType<EndpointAnnotation>().Single().UriScheme, resource.Name);
        }
    }

    private static X509Certificate2 Create(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));
    }
}
