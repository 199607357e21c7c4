namespace XoeNovAi.BootBenchmark;

/// <summary>A file that a container mounts.</summary>
/// <param name="HostPath">Where it was on the host; the run's id is in it.</param>
/// <param name="ContainerPath">Where the container has it.</param>
/// <param name="Text">Its content.</param>
internal sealed record RecordedFile(string HostPath, string ContainerPath, string Text);
