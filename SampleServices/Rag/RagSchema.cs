using XoeNovAi.ServiceDefaults.Postgres;

namespace XoeNovAi.Rag;

internal static class RagSchema
{
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("rag/1-audit-log", """
            CREATE TABLE audit_log (
                id uuid PRIMARY KEY,
                request_id text NOT NULL,
                trace_id text,
                service text NOT NULL,
                instance text NOT NULL,
                action text NOT NULL,
                query text NOT NULL,
                cached boolean NOT NULL,
                tokens integer NOT NULL,
                duration_ms double precision NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now());
            CREATE INDEX audit_log_request_id ON audit_log (request_id);
            """),
    ];
}
