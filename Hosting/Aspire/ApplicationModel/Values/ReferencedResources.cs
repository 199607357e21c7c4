namespace Aspire.Hosting.ApplicationModel;

/// <summary>Finds the resources a value is made of.</summary>
internal static class ReferencedResources
{
    public static IReadOnlyCollection<IResource> Of(object? value)
    {
        var found = new List<IResource>();
        Collect(value, found, new HashSet<object>(ReferenceEqualityComparer.Instance));
        return found;
    }

    private static void Collect(object? value, List<IResource> found, HashSet<object> seen)
    {
        if (value is null || !seen.Add(value))
        {
            return;
        }

        switch (value)
        {
            case IResource resource:
                found.Add(resource);
                break;
            case IResourceBuilder<IResource> builder:
                Collect(builder.Resource, found, seen);
                break;
            case IValueWithReferences composed:
                foreach (var part in composed.References)
                {
                    Collect(part, found, seen);
                }

                break;
        }
    }
}
