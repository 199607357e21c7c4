namespace XoeNovAi.AppHost.Services;

/// <summary>What the contract says of Redis.</summary>
internal static class RedisTuning
{
    // Of what expires anyway, which caches do: streams never do, so they are never evicted.
    private const string Eviction = "volatile-lru";

    public static IResourceBuilder<RedisResource> WithStackTuning(this IResourceBuilder<RedisResource> builder)
        => builder.WithArgs("--maxmemory", "512mb", "--maxmemory-policy", Eviction);
}
