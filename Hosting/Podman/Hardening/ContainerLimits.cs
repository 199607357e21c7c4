namespace XoeNovAi.Hosting.Podman.Hardening;

/// <summary>What a container may use.</summary>
/// <param name="MemoryMegabytes">Memory, in MB.</param>
/// <param name="Cpus">Processors.</param>
internal sealed record ContainerLimits(int? MemoryMegabytes, double? Cpus) : IResourceAnnotation
{
    /// <summary>How many processes any container may have.</summary>
    public const int MostProcesses = 512;
}
