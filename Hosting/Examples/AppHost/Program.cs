using Microsoft.Extensions.Configuration;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman;

var builder = DistributedApplication.CreateBuilder(args);

// The one line. With --podman=false, Aspire's own orchestrator runs the containers instead.
if (builder.Configuration.GetValue("podman", defaultValue: true))
{
    builder.UseRootlessPodman();
}

var greeting = builder.AddParameter("greeting");

// A data volume outlives the run, and so must the password of what is in it: a real application has it in its user secrets.
var postgres = builder.AddPostgres("postgres", password: builder.AddParameter("postgres-password", secret: true))
    .WithImage("xoe-novai/postgres", "15").WithImageRegistry("localhost")
    .WithDataVolume(builder.Configuration["Volumes:Postgres"]);
var books = postgres.AddDatabase("books");

var cache = builder.AddRedis("cache")
    .WithImage("xoe-novai/redis", "7").WithImageRegistry("localhost")
    .WithDataVolume(builder.Configuration["Volumes:Redis"])
    .WithPersistence(TimeSpan.FromSeconds(10), keysChangedThreshold: 1);

var consul = builder.AddConsul("consul")
    .WithImage("xoe-novai/consul", "1").WithImageRegistry("localhost");

// A container that knows nothing of Aspire.
var pages = builder.AddContainer("pages", "xoe-novai/nginx", "1").WithImageRegistry("localhost")
    .WithContainerFiles("/etc/nginx/conf.d", [new ContainerFile { Name = "pages.conf", Contents = "server { listen 8080; location / { return 200 \"a page\"; } }" }])
    .WithHttpEndpoint(targetPort: 8080)
    .WithHttpHealthCheck("/");

var api = builder.AddProject<Projects.Example_Api>("api")
    .WithReference(books)
    .WithReference(cache)
    .WithReference(consul)
    .WithReference(pages.GetEndpoint("http"))
    .WithEnvironment("GREETING", greeting)
    .WithHttpHealthCheck("/health")
    .WaitFor(books).WaitFor(cache).WaitFor(consul).WaitFor(pages);

// Asks the service once, and ends.
builder.AddExecutable("visitor", "sh", ".", "-c", "curl --fail --silent --show-error \"$API_HTTP/\"")
    .WithReference(api)
    .WaitFor(api);

builder.Build().Run();
