using System.Security.Cryptography.X509Certificates;
using XoeNovAi.Consul.Connect;

namespace XoeNovAi.Consul.Tests.Connect;

/// <summary>The mesh's rules and certificates, as Consul has them.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed class ConnectTests : ConsulTest
{
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("DISC-10")]
    public async Task An_intention_that_denies_denies_and_allowing_again_works()
    {
        var (caller, target) = (Unique("caller"), Unique("target"));
        var leaf = (await Consul.Connect.LeafAsync(caller, default, Cancel)).Value;
        await IsAsync(true, leaf, target, "without access control, what nobody denies is allowed");

        var denies = await Consul.Connect.AddIntentionAsync(new("*", target, false), Cancel);
        await IsAsync(false, leaf, target, "it denies");
        var allows = await Consul.Connect.AddIntentionAsync(new(caller, target, true), Cancel);
        await IsAsync(true, leaf, target, "the one that names it goes before");
        await Consul.Connect.RemoveIntentionAsync(allows, Cancel);
        await IsAsync(false, leaf, target, "it denies again");
        await Consul.Connect.RemoveIntentionAsync(denies, Cancel);
        await IsAsync(true, leaf, target, "nobody denies any more");
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [Scenario("DISC-10")]
    public async Task A_certificate_of_the_mesh_names_its_service_and_comes_from_its_authority()
    {
        var name = Unique("caller");
        var roots = (await Consul.Connect.RootsAsync(default, Cancel)).Value;
        var leaf = (await Consul.Connect.LeafAsync(name, default, Cancel)).Value;
        Assert.EndsWith($"/svc/{name}", leaf.Uri);
        Assert.Contains(roots.TrustDomain, leaf.Uri);
        using var certificate = X509Certificate2.CreateFromPem(leaf.Pem, leaf.KeyPem);
        using var root = X509Certificate2.CreateFromPem(roots.Roots.Single(static r => r.IsActive).Pem);
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.Add(root);
        Assert.IsTrue(chain.Build(certificate), string.Join(", ", chain.ChainStatus.Select(static s => s.StatusInformation)));
    }

    // What the agent keeps of intentions it may learn of a moment later.
    private Task IsAsync(bool expected, ConnectLeaf caller, string target, string why) => Eventually.HoldsAsync(
        why,
        Limit,
        token => Consul.Connect.AuthorizeAsync(new(target, caller.Uri, caller.Serial), token),
        answer => answer.IsAllowed == expected,
        static answer => answer.Reason,
        Cancel);
}
