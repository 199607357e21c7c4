using XoeNovAi.AppHost.Certificates;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman.Networks;

namespace XoeNovAi.AppHost.Services;

/// <summary>What every service of the stack is put into.</summary>
internal sealed record StackNetworks(
    IResourceBuilder<PodmanNetworkResource> App,
    IResourceBuilder<PodmanNetworkResource> Db,
    IResourceBuilder<ConsulResource> Consul,
    RunCertificateAuthority Authority,
    AuthorityFile AuthorityFile,
    StackOptions Options);
