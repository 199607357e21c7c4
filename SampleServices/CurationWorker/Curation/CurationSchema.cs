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
        new("curation-worker/2-memory-sync-and-alerts", """
            CREATE TABLE memory_sync (
                context_id text NOT NULL,
                version integer NOT NULL,
                agent_id text NOT NULL,
                trace_id text,
                synced_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (context_id, version));
            CREATE TABLE alert_log (
                alert_id uuid PRIMARY KEY,
                type text NOT NULL,
                source text NOT NULL,
                subject text NOT NULL,
                severity text NOT NULL,
                handled_at timestamptz NOT NULL DEFAULT now());
            """),
        new("curation-worker/3-agent-task", """
            CREATE TABLE agent_task (
                message_id text PRIMARY KEY,
                request_id text,
                trace_id text,
                sender text NOT NULL,
                target text NOT NULL,
                payload text NOT NULL,
                taken_at timestamptz NOT NULL DEFAULT now());
            """),
    ];
}
