namespace XoeNovAi.AppHost.Data;

/// <summary>How PostgreSQL and Redis are run.</summary>
internal enum DataMode
{
    /// <summary>One server of each: light, and quick to start.</summary>
    Single,

    /// <summary>A cluster of each, that outlives the loss of its primary.</summary>
    Ha,
}
