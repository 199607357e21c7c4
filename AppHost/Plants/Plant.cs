namespace XoeNovAi.AppHost.Plants;

/// <summary>A fault that is planted in the stack to show that the suite finds it.</summary>
/// <param name="Name">What <c>Stack:Plant</c> calls it.</param>
/// <param name="Into">Plants it; the model goes on saying what it said, where the fault is not in the model itself.</param>
internal sealed record Plant(string Name, Action<IDistributedApplicationBuilder> Into);
