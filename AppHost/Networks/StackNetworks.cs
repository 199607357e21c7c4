using XoeNovAi.AppHost.Certificates;
using XoeNovAi.AppHost.Configuration;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.AppHost.Networks;

/// <summary>What services and stores of the stack are put into.</summary>
/// <param name="Db">The network of the stores.</param>
/// <param name="Consul">Who knows the services.</param>
/// <param name="Authority">Who vouches for what is served with TLS.</param>
/// <param name="AuthorityFile">Its certificate, as the host sees it.</param>
/// <param name="Options">What the configuration says of the stack.</param>
internal sealed record StackNetworks(
    IResourceBuilder<PodmanNetworkResource> Db,
    IResourceBuilder<ConsulResource> Consul,
    RunCertificateAuthority Authority,
    AuthorityFile AuthorityFile,
    StackOptions Options);
