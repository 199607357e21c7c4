using XoeNovAi.Oikos;
using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Api;
using XoeNovAi.ServiceDefaults.Emergency;
using XoeNovAi.ServiceDefaults.Redis;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.AddRedis("redis");
builder.AddEmergencyStop();
builder.Services.AddSingleton<Iris>();

var app = builder.Build();
var iris = app.Services.GetRequiredService<Iris>();
app.UseApiErrors();
app.UseEmergencyStop();
app.MapGet("/health", HealthEndpoint.InvokeAsync);
app.MapPost("/oikos/iris/route", iris.RouteAsync);
app.MapGet("/oikos/iris/status/{session}", iris.StatusAsync);
app.MapGet("/oikos/council/{member}", Council.InvokeAsync);
app.MapDefaultEndpoints();
await app.RunAsync();
