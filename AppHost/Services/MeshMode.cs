namespace XoeNovAi.AppHost.Services;

/// <summary>How services call each other where the model says which may.</summary>
internal enum MeshMode
{
    /// <summary>Directly.</summary>
    Off,

    /// <summary>Through sidecars, with certificates of Consul's authority.</summary>
    On,
}
