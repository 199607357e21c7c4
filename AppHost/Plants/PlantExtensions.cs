using XoeNovAi.AppHost.Services;

namespace XoeNovAi.AppHost.Plants;

/// <summary>Plants the faults that <c>Stack:Plant</c> names.</summary>
internal static class PlantExtensions
{
    private const string Setting = $"{StackOptions.Section}:{nameof(StackOptions.Plant)}";
    private const string Testing = "Testing";

    /// <exception cref="DistributedApplicationException">There is no such fault, or this is not the environment for it.</exception>
    public static void PlantFaults(this IDistributedApplicationBuilder builder, StackOptions options)
    {
        var names = options.Plant?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (names.Length > 0 && !builder.Environment.IsEnvironment(Testing))
        {
            throw new DistributedApplicationException($"'{Setting}' plants faults, which is for the environment '{Testing}' only; this is '{builder.Environment.EnvironmentName}'. Leave it out.");
        }

        foreach (var name in names)
        {
            var plant = PlantCatalogue.All.FirstOrDefault(p => p.Name == name)
                ?? throw new DistributedApplicationException($"'{name}' in '{Setting}' is no fault that can be planted. There are: {string.Join(", ", PlantCatalogue.All.Select(static p => p.Name))}.");
            plant.Into(builder);
        }
    }
}
