using XoeNovAi.MemoryBank.Health;
using XoeNovAi.MemoryBank.Memory;
using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Api;
using XoeNovAi.ServiceDefaults.Emergency;
using XoeNovAi.ServiceDefaults.Postgres;
using XoeNovAi.ServiceDefaults.Redis;
using XoeNovAi.ServiceDefaults.Streams;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.AddPostgres("xnai", [.. MemorySchema.Migrations, StreamOutbox.Migration]);
builder.AddRedis("redis");
builder.AddStreamOutbox();
builder.AddEmergencyStop();
builder.Services.AddSingleton<MemoryStore>();
builder.Services.AddSingleton(builder.Configuration.GetSection(MemoryOptions.Section).Get<MemoryOptions>() ?? new());
builder.Services.AddSingleton<MemoryCache>();
builder.Services.AddMcpServer().WithHttpTransport(static options => options.Stateless = true).WithTools<MemoryTools>();

var app = builder.Build();
app.UseApiErrors();
app.UseEmergencyStop();
app.MapGet("/health", HealthEndpoint.InvokeAsync);
app.MapMcp("/mcp");
app.MapDefaultEndpoints();
await app.RunAsync();
