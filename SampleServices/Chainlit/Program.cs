using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Api;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();

var app = builder.Build();
app.UseApiErrors();
app.UsePages();
app.MapDefaultEndpoints();
await app.RunAsync();
