using System.Globalization;
using System.Text.Json;

using Microsoft.Extensions.Logging.Abstractions;
using XoeNovAi.Hosting.Podman.Containers;

namespace XoeNovAi.BootBenchmark;

/// <summary>A container of the AppHost's, as podman was told to make it.</summary>
/// <param name="Resource">The resource it belongs to.</param>
/// <param name="Arguments">What followed <c>podman</c>.</param>
/// <param name="Environment">Its environment file.</param>
/// <param name="WaitsFor">The containers it waits for.</param>
/// <param name="Files">What is copied into it between its making and its start, as an archive; null when it mounts its files.</param>
/// <param name="IsReady">Whether it answers what the AppHost's health checks ask.</param>
internal sealed record RecordedContainer(string Resource, IReadOnlyList<string> Arguments, string Environment, IReadOnlyList<string> WaitsFor, byte[]? Files, Func<CancellationToken, Task<bool>> IsReady)
{
    private const string EnvironmentOption = "--env-file";

    // What podman puts there itself.
    private static readonly string[] OfPodman = ["HOME", "HOSTNAME", "TERM", "container"];

    public static async Task<RecordedContainer> ReadAsync(JsonElement inspected, ContainerResource container, IServiceProvider services, CancellationToken cancellationToken)
    {
        var configuration = inspected.GetProperty("Config");
        var command = Strings(configuration.GetProperty("CreateCommand")).Skip(1).ToList();
        // The file itself is gone by now. What has line breaks is among the arguments, as no file can carry it.
        var environment = Strings(configuration.GetProperty("Env")).Where(static e => !e.Contains('\n') && !OfPodman.Contains(e.Split('=')[0])).ToList();
        return new(container.Name, command, string.Concat(environment.Select(static e => $"{e}\n")), WaitsOf(container), command[0] == "create" ? await FilesOfAsync(container, services, cancellationToken) : null, await Readiness.OfAsync(container, environment, services.GetRequiredService<DistributedApplicationModel>(), cancellationToken));
    }

    /// <summary>The arguments with another environment file.</summary>
    public IEnumerable<string> ArgumentsWith(string environmentFile)
        => Arguments.Select((a, i) => i > 0 && Arguments[i - 1] == EnvironmentOption ? environmentFile : a);

    /// <summary>The port of the host an endpoint is published on.</summary>
    public static string PortOf(ContainerResource container, string endpoint)
        => container.Annotations.OfType<EndpointAnnotation>().Single(e => e.Name == endpoint).AllocatedEndpoint!.Port.ToString(CultureInfo.InvariantCulture);

    private static async Task<byte[]> FilesOfAsync(ContainerResource container, IServiceProvider services, CancellationToken cancellationToken)
    {
        var configuration = await ContainerConfiguration.ResolveAsync(container, services.GetRequiredService<DistributedApplicationExecutionContext>(), NullLogger.Instance, cancellationToken);
        await using var archive = await ContainerFiles.PackAsync(await ContainerFiles.CollectAsync(container, configuration.Certificates, services, cancellationToken), cancellationToken);
        using var files = new MemoryStream();
        await archive.CopyToAsync(files, cancellationToken);
        return files.ToArray();
    }

    // Who waits for a database waits for its server.
    private static List<string> WaitsOf(ContainerResource container)
        => [.. container.Annotations.OfType<WaitAnnotation>().Select(static w => w.Resource is IResourceWithParent child ? child.Parent.Name : w.Resource.Name).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<string> Strings(JsonElement array) => array.EnumerateArray().Select(static a => a.GetString()!);
}
