// The smallest AppHost that has something to run: it shows how tests, and the aspire command, take hold of one.
var builder = DistributedApplication.CreateBuilder(args);
var greeting = builder.AddParameter("greeting", "hello");
builder.AddExecutable("sleeper", "sh", "/", "-c", "echo sleeping; exec sleep 600")
    .WithEnvironment("GREETING", greeting)
    .WithCommand("greet", "Greet", static context => Task.FromResult(CommandResults.Success("greeted", $"hello {context.Arguments.GetString("name")}")), new CommandOptions
    {
        Arguments = [new() { Name = "name", InputType = InputType.Text, Required = true }],
    });
await builder.Build().RunAsync();
