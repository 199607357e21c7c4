using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using XoeNovAi.Hosting.Testing.Dashboard;

namespace XoeNovAi.Hosting.Testing.Traces;

/// <summary>Begins traces in tests of an application.</summary>
public static class TraceExtensions
{
    private const string Dashboard = "aspire-dashboard";

    /// <summary>Begins a trace of the test's own, whatever is going on around it. Its root is <see cref="System.Diagnostics.Activity.Current"/> from now on.</summary>
    /// <param name="app">The application, started and with its dashboard on.</param>
    /// <param name="name">What the root is called.</param>
    /// <exception cref="InvalidOperationException">The dashboard is off.</exception>
    public static TestTrace StartTrace(this DistributedApplication app, string name)
    {
        ArgumentNullException.ThrowIfNull(app);
        var configuration = app.Services.GetRequiredService<IConfiguration>();
        if (configuration["AppHost:DashboardApiKey"] is not { } readingKey || configuration["AppHost:OtlpApiKey"] is not { } sendingKey || Endpoint(app, "http", "https") is not { } address)
        {
            throw new InvalidOperationException(
                "Traces are read from the dashboard, which is off. Turn it on where the builder is made: DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(args, (options, _) => options.DisableDashboard = false).");
        }

        var (otlp, isHttp) = Endpoint(app, "otlp-http") is { } overHttp ? (overHttp, true) : (Endpoint(app, "otlp-grpc")!, false);
        return new(new TelemetrySender(otlp, isHttp, sendingKey), new TelemetryApi(address, readingKey), name);
    }

    private static Uri? Endpoint(DistributedApplication app, params string[] names)
    {
        foreach (var name in names)
        {
            try
            {
                return app.GetEndpoint(Dashboard, name);
            }
            catch (ArgumentException)
            {
                // It has none of that name, or is not there.
            }
        }

        return null;
    }
}
