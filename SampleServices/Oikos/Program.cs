using XoeNovAi.Oikos;
using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Api;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddSingleton<Iris>();

var app = builder.Build();
var iris = app.Services.GetRequiredService<Iris>();
app.UseApiErrors();
app.MapGet("/health", HealthEndpoint.InvokeAsync);
app.MapPost("/oikos/iris/route", iris.RouteAsync);
app.MapGet("/oikos/iris/status/{session}", iris.StatusAsync);
app.MapGet("/oikos/council/{member}", Council.InvokeAsync);
app.MapDefaultEndpoints();
await app.RunAsync();
