using XoeNovAi.ServiceDefaults.Postgres;

namespace XoeNovAi.MemoryBank.Memory;

internal static class MemorySchema
{
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("memory-bank/1-contexts", """
            CREATE TABLE memory_agent (
                agent_id text PRIMARY KEY,
                capabilities text[] NOT NULL,
                memory_limit_gb double precision NOT NULL,
                registered_at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE memory_context (
                context_id text PRIMARY KEY,
                agent_id text NOT NULL REFERENCES memory_agent,
                version integer NOT NULL,
                content text NOT NULL,
                last_modified timestamptz NOT NULL DEFAULT now());
            """),
    ];
}
