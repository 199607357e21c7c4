using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Api;
using XoeNovAi.Vikunja;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();

var app = builder.Build();
app.UseApiErrors();
app.MapGet("/api/v1/info", InfoEndpoint.InvokeAsync);
app.MapDefaultEndpoints();
await app.RunAsync();
