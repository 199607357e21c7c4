namespace Aspire.Hosting.ApplicationModel;

/// <summary>Takes the resource out of sight.</summary>
/// <param name="ExitCodes">The exit codes it goes out of sight with; when there are none, it always is.</param>
internal sealed record HiddenAnnotation(IReadOnlyList<int> ExitCodes) : IResourceAnnotation
{
    public bool Hides(CustomResourceSnapshot snapshot)
        => ExitCodes.Count == 0
            || (snapshot.State?.Text is { } state && KnownResourceStates.TerminalStates.Contains(state) && state != KnownResourceStates.FailedToStart && ExitCodes.Contains(snapshot.ExitCode ?? 0));
}
