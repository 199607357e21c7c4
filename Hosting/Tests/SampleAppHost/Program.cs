// The smallest AppHost that has something to run: it shows how tests take over an entry point.
var builder = DistributedApplication.CreateBuilder(args);
var greeting = builder.AddParameter("greeting", "hello");
builder.AddExecutable("sleeper", "sleep", "/", "600").WithEnvironment("GREETING", greeting);
await builder.Build().RunAsync();
