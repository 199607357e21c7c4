using System.Text.RegularExpressions;

namespace XoeNovAi.Hosting.Tests.Examples;

/// <summary>What one sees of a running application, in lines that are the same for two that are the same.</summary>
internal static partial class Observation
{
    /// <summary>States, environments, addresses, connection strings and commands of all resources of a model.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(DistributedApplication application, CancellationToken cancellationToken)
    {
        var seen = new List<string>();
        foreach (var resource in application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OrderBy(static r => r.Name, StringComparer.Ordinal))
        {
            var snapshot = application.StateOf(resource.Name);
            seen.Add($"{resource.Name}: {snapshot.ResourceType}, {snapshot.State?.Text}, exit code {snapshot.ExitCode}, {snapshot.HealthStatus}");
            seen.AddRange((await VariablesOfAsync(snapshot, cancellationToken)).Select(v => $"{resource.Name}: environment {v}").Order(StringComparer.Ordinal));
            seen.AddRange(snapshot.Urls.Select(u => $"{resource.Name}: url {u.Name} {new Uri(u.Url).Scheme}, {(u.IsInactive ? "inactive" : "active")}").Order(StringComparer.Ordinal));
            seen.AddRange(snapshot.Commands.Select(c => $"{resource.Name}: command {c.Name}, {c.State}").Order(StringComparer.Ordinal));
            seen.AddRange(snapshot.HealthReports.Select(r => $"{resource.Name}: check {r.Name}, {r.Status}").Order(StringComparer.Ordinal));
            if (resource is IResourceWithConnectionString)
            {
                seen.Add($"{resource.Name}: {WithoutPlace(await application.GetConnectionStringAsync(resource.Name, cancellationToken) ?? "none")}");
            }

            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().OrderBy(static e => e.Name, StringComparer.Ordinal))
            {
                var address = application.GetEndpoint(resource.Name, endpoint.Name);
                seen.Add($"{resource.Name}: endpoint {endpoint.Name} {address.Scheme}://{address.Host}{address.AbsolutePath}");
                if (endpoint.UriScheme == "http")
                {
                    using var client = application.CreateHttpClient(resource.Name, endpoint.Name);
                    seen.Add($"{resource.Name}: client of {endpoint.Name} {client.BaseAddress?.Scheme}://{client.BaseAddress?.Host}");
                }
            }
        }

        return seen;
    }

    // Of a container, what it really has.
    private static async Task<IEnumerable<string>> VariablesOfAsync(CustomResourceSnapshot snapshot, CancellationToken cancellationToken)
        => snapshot.Properties.FirstOrDefault(static p => p.Name == "container.id")?.Value is string id
            ? (await Engine.RunAsync(cancellationToken, "inspect", "--format", "{{range .Config.Env}}{{println .}}{{end}}", id)).Select(static v => v.Split('=')[0])
            : snapshot.EnvironmentVariables.Where(static v => v.IsFromSpec).Select(static v => v.Name);

    // Ports are free ones, and generated passwords are others each time.
    private static string WithoutPlace(string connectionString) => Password().Replace(Port().Replace(connectionString, "$1…"), "$1…");

    [GeneratedRegex(@"(:|Port=)\d+\b", RegexOptions.CultureInvariant)]
    private static partial Regex Port();

    [GeneratedRegex("(assword=)[^;,]*", RegexOptions.CultureInvariant)]
    private static partial Regex Password();
}
