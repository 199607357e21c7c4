using XoeNovAi.ServiceDefaults.Postgres;

namespace XoeNovAi.CurationWorker.Curation;

internal static class CurationSchema
{
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("curation-worker/1-curation-log", """
            CREATE TABLE curation_log (
                task_id uuid PRIMARY KEY,
                message_id text NOT NULL,
                request_id text,
                trace_id text,
                query text NOT NULL,
                tokens integer NOT NULL,
                worker text NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now());
            CREATE INDEX curation_log_request_id ON curation_log (request_id);
            """),
    ];
}
