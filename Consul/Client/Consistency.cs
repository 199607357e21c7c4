namespace XoeNovAi.Consul.Client;

/// <summary>How sure Consul makes of an answer.</summary>
public enum Consistency
{
    /// <summary>The leader answers. In the moment it is replaced, the old one may still give what it knew.</summary>
    Default,

    /// <summary>The leader answers after it has made sure that it still is the leader.</summary>
    Consistent,

    /// <summary>Any server answers, with what it knows, also without a leader.</summary>
    Stale,
}
