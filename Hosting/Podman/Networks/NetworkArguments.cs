namespace XoeNovAi.Hosting.Podman.Networks;

/// <summary>What <c>podman network create</c> is told beyond what the model says.</summary>
internal sealed record NetworkArguments(IReadOnlyList<string> Arguments) : IResourceAnnotation;
