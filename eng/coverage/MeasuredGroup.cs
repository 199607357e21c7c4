using System.Xml.Linq;

namespace XoeNovAi.Coverage;

/// <summary>A part of the repository that is measured: what is built of the projects below one folder.</summary>
/// <param name="Name">The folder.</param>
/// <param name="Assemblies">The names of its assemblies.</param>
internal sealed record MeasuredGroup(string Name, IReadOnlyList<string> Assemblies)
{
    private static readonly string[] Folders = ["Gateway", "ServiceDefaults", "Consul", "SampleServices", "Hosting"];
    private static readonly string[] Unmeasured = ["Tests", "Examples"];

    public static IReadOnlyList<MeasuredGroup> Find(string repository) => [.. Folders.Select(f => new MeasuredGroup(f, [.. AssembliesBelow(Path.Combine(repository, f))]))];

    private static IEnumerable<string> AssembliesBelow(string folder)
        => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories)
            .Where(p => !Path.GetRelativePath(folder, p).Split(Path.DirectorySeparatorChar).Intersect(Unmeasured).Any())
            .Select(static p => XDocument.Load(p).Descendants("AssemblyName").FirstOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(p))
            .Order(StringComparer.Ordinal);
}
