using XoeNovAi.Qdrant.Collections;
using XoeNovAi.Qdrant.Health;
using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Api;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddSingleton<CollectionStore>();
builder.Services.AddSingleton<CollectionHandlers>();

var app = builder.Build();
var collections = app.Services.GetRequiredService<CollectionHandlers>();
app.UseApiErrors();
app.MapGet("/healthz", HealthEndpoint.InvokeAsync);
app.MapGet("/collections", collections.ListAsync);
app.MapPut("/collections/{name}", collections.CreateAsync);
app.MapGet("/collections/{name}", collections.DescribeAsync);
app.MapPut("/collections/{name}/points", collections.UpsertAsync);
app.MapPost("/collections/{name}/points/search", collections.SearchAsync);
app.MapDefaultEndpoints();
await app.RunAsync();
