using XoeNovAi.CurationWorker.Curation;
using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Api;
using XoeNovAi.ServiceDefaults.Postgres;
using XoeNovAi.ServiceDefaults.Redis;
using XoeNovAi.ServiceDefaults.Streams;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.AddPostgres("xnai", [.. CurationSchema.Migrations]);
builder.AddRedis("redis");
builder.Services.AddSingleton<RowWriter>();
builder.Services.AddSingleton<StoreProbe>();
builder.AddStreamConsumer<CurationHandler>("xnai:task_updates", "agent_wavefront");
builder.AddStreamConsumer<MemorySyncHandler>("xnai:memory_updates", "memory_sync");
builder.AddStreamConsumer<AlertHandler>("xnai:alerts", "alert_handlers");
builder.AddStreamConsumer<AgentBusHandler>("xnai:agent_bus", "agent_wavefront");

var app = builder.Build();
app.UseApiErrors();
app.MapGet("/health", HealthEndpoint.InvokeAsync);
app.MapDefaultEndpoints();
await app.RunAsync();
