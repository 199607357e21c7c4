using XoeNovAi.Rag;
using XoeNovAi.Rag.Errors;
using XoeNovAi.Rag.Health;
using XoeNovAi.Rag.Queries;
using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Postgres;
using XoeNovAi.ServiceDefaults.Redis;
using XoeNovAi.ServiceDefaults.Streams;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.AddPostgres("xnai", [.. RagSchema.Migrations]);
builder.AddRedis("redis");
builder.AddStreamPublisher();
builder.Services.AddSingleton<AnswerCache>();
builder.Services.AddSingleton<AuditTrail>();
builder.Services.AddSingleton<QueryHandler>();
builder.Services.AddSingleton<HealthHandler>();

var app = builder.Build();
app.UseMiddleware<ErrorMiddleware>();
var api = app.MapGroup("/xnai/api/v1");
api.MapGet("/health", app.Services.GetRequiredService<HealthHandler>().InvokeAsync);
api.MapPost("/query", app.Services.GetRequiredService<QueryHandler>().InvokeAsync);
app.MapDefaultEndpoints();
await app.RunAsync();
