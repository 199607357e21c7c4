using XoeNovAi.Hosting.Publishing.Description;

namespace XoeNovAi.Hosting.Publishing.Kubernetes;

/// <summary>The labels by which objects find pods.</summary>
internal static class Labels
{
    /// <summary>Which container of the model a pod is.</summary>
    public const string Name = "app.kubernetes.io/name";

    /// <summary>Which application it belongs to.</summary>
    public const string Application = "app.kubernetes.io/part-of";

    /// <summary>That a pod is on a network.</summary>
    public static string OfNetwork(string network) => $"network.xoe-novai.io/{network}";

    /// <summary>That a pod has a further name.</summary>
    public static string OfAlias(string alias) => $"alias.xoe-novai.io/{alias}";

    /// <summary>All of a pod's.</summary>
    public static Dictionary<string, string> Of(DeployedContainer container, string application)
    {
        var labels = new Dictionary<string, string> { [Name] = container.Name, [Application] = application };
        foreach (var membership in container.Networks)
        {
            labels[OfNetwork(membership.Network)] = "member";
            foreach (var alias in membership.Aliases)
            {
                labels[OfAlias(alias)] = "true";
            }
        }

        return labels;
    }
}
