using XoeNovAi.AppHost.Configuration;

namespace XoeNovAi.AppHost.Plants;

/// <summary>Plants the faults that <c>Stack:Plant</c> names.</summary>
internal static class PlantExtensions
{
    private const string Setting = $"{StackOptions.Section}:{nameof(StackOptions.Plant)}";
    private const string Testing = "Testing";

    /// <summary>The faults to plant; looked for before anything else is done.</summary>
    /// <exception cref="DistributedApplicationException">There is no such fault, or this is not the environment for it.</exception>
    public static IReadOnlyList<Plant> FindPlants(this IDistributedApplicationBuilder builder, StackOptions options)
    {
        var names = options.Plant?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return names.Length > 0 && !builder.Environment.IsEnvironment(Testing)
            ? throw new DistributedApplicationException($"'{Setting}' plants faults, which is for the environment '{Testing}' only; this is '{builder.Environment.EnvironmentName}'. Leave it out.")
            : [.. names.Select(Find)];
    }

    /// <summary>Plants them.</summary>
    public static void PlantFaults(this IDistributedApplicationBuilder builder, IReadOnlyList<Plant> plants)
    {
        foreach (var plant in plants)
        {
            plant.Into(builder);
        }
    }

    private static Plant Find(string name)
        => PlantCatalogue.All.FirstOrDefault(p => p.Name == name)
            ?? throw new DistributedApplicationException($"'{name}' in '{Setting}' is no fault that can be planted. There are: {string.Join(", ", PlantCatalogue.All.Select(static p => p.Name))}.");
}
