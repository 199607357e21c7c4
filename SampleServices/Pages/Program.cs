using Microsoft.Extensions.FileProviders;
using XoeNovAi.ServiceDefaults;
using XoeNovAi.ServiceDefaults.Api;

// What stands for a user interface: the pages in the folder of the service that it is.
var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();
var folder = Path.Combine(AppContext.BaseDirectory, "wwwroot", builder.Configuration["Discovery:Service"] ?? string.Empty);
if (!Directory.Exists(folder))
{
    throw new InvalidOperationException($"'{folder}' is not there. 'Discovery:Service' says whose pages are served; set it to the name of a folder in wwwroot.");
}

var pages = new FileServerOptions { FileProvider = new PhysicalFileProvider(folder) };

// Files without an extension are icons.
pages.StaticFileOptions.ServeUnknownFileTypes = true;
pages.StaticFileOptions.DefaultContentType = "image/svg+xml";

var app = builder.Build();
app.UseApiErrors();
app.UseFileServer(pages);
app.MapDefaultEndpoints();
await app.RunAsync();
