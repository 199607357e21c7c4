namespace XoeNovAi.IntegrationTests.Chaos;

/// <summary>What is done to a resource's container.</summary>
internal enum FaultKind
{
    /// <summary>Its processes are killed; at the end it is started again.</summary>
    Kill,

    /// <summary>Its processes are stopped; at the end they go on.</summary>
    Freeze,

    /// <summary>No packet gets in or out; at the end they do.</summary>
    CutOff,
}
