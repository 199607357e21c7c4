using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Trace;
using StackExchange.Redis;

var builder = WebApplication.CreateBuilder(args);
await using var books = NpgsqlDataSource.Create(Setting("ConnectionStrings:books"));
await using var cache = await ConnectionMultiplexer.ConnectAsync(Setting("ConnectionStrings:cache"));
builder.Services.AddOpenTelemetry().UseOtlpExporter().WithTracing(static tracing => tracing.AddAspNetCoreInstrumentation().AddNpgsql());
using var http = new HttpClient();
var app = builder.Build();

app.MapGet("/health", () => "healthy");

// What it says comes from everything it refers to.
app.MapGet("/", async (CancellationToken cancellationToken) =>
{
    await using var command = books.CreateCommand("SELECT current_database()");
    return new
    {
        Greeting = Setting("GREETING"),
        Database = (string?)await command.ExecuteScalarAsync(cancellationToken),
        Visits = await cache.GetDatabase().StringIncrementAsync("visits"),
        Page = await http.GetStringAsync(new Uri(Setting("services:pages:http:0")), cancellationToken),
        Leader = (await http.GetStringAsync(new Uri($"{Setting("ConnectionStrings:consul")}/v1/status/leader"), cancellationToken)).Trim('"').Length > 0,
    };
});

await app.RunAsync();

string Setting(string name) => builder.Configuration[name] ?? throw new InvalidOperationException($"'{name}' is not configured.");
