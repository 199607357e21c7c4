namespace XoeNovAi.Rag.Search;

/// <summary>A passage that can be found.</summary>
internal sealed record Document(ulong Id, string Source, string Content)
{
    public const string ContentField = "content";
    public const string SourceField = "source";

    /// <summary>What a vector store that is empty is filled with.</summary>
    public static IReadOnlyList<Document> Samples { get; } =
    [
        new(1, "handbook", "The hearth is kept warm through the winter, and whoever leaves last banks the fire."),
        new(2, "handbook", "Every agent is registered with its capabilities before it may take a task."),
        new(3, "handbook", "A task that has failed three times is put aside, and somebody looks at it by hand."),
        new(4, "handbook", "Backups of the database are taken at night and restored once a month to prove them."),
        new(5, "handbook", "An emergency stop reaches every service within a second and holds until it is lifted."),
        new(6, "architecture", "Services register themselves in Consul and are found there by all others."),
        new(7, "architecture", "The gateway stands on the application network and can reach no database."),
        new(8, "architecture", "Redis carries the agent bus, and PostgreSQL keeps what must not be lost."),
        new(9, "architecture", "The vector store compares the question with every passage by the angle between them."),
        new(10, "architecture", "The curation worker reads the stream of tasks and writes one row for each."),
        new(11, "council", "The council weighs a problem from eight sides before it gives its advice."),
        new(12, "council", "Iris sends each question to the member who knows most about it."),
        new(13, "council", "A decision of the council is written down with the names of those who were against it."),
        new(14, "operations", "Without the cache answers take longer, but they are the same."),
        new(15, "operations", "Without the vector store the service is constrained: it answers, and finds no sources."),
        new(16, "operations", "When the model does not answer, its breaker opens, and callers are told at once."),
    ];
}
