using System.Text.Json.Nodes;

namespace XoeNovAi.Gateway.Tests.Bed;

/// <summary>A configuration file of a gateway, with one route for everything to a cluster called test.</summary>
internal sealed class TestSettings
{
    private const string Test = "test";

    private readonly JsonObject _file;

    /// <param name="backends">The destinations of the cluster.</param>
    public TestSettings(params TestBackend[] backends)
        : this([.. backends.Select(static backend => backend.Address)])
    {
    }

    /// <param name="destinations">The destinations of the cluster.</param>
    public TestSettings(params Uri[] destinations)
        : this(new JsonObject
        {
            ["Gateway"] = new JsonObject(),
            ["ReverseProxy"] = new JsonObject
            {
                [nameof(Routes)] = new JsonObject { [Test] = RouteTo(Test, "/{**rest}") },
                [nameof(Clusters)] = new JsonObject { [Test] = ClusterOf(destinations) },
            },
        })
    {
    }

    /// <param name="file">The whole file.</param>
    public TestSettings(JsonObject file) => _file = file;

    public JsonObject Routes => _file["ReverseProxy"]![nameof(Routes)]!.AsObject();

    public JsonObject Clusters => _file["ReverseProxy"]![nameof(Clusters)]!.AsObject();

    /// <summary>What a second file says, that of the environment Production, which goes before the first; null where there is none.</summary>
    public JsonObject? Second { get; set; }

    /// <summary>The route for everything.</summary>
    public JsonObject Route => Routes[Test]!.AsObject();

    /// <summary>The cluster it leads to.</summary>
    public JsonObject Cluster => Clusters[Test]!.AsObject();

    /// <summary>A setting of the section Gateway.</summary>
    public JsonNode? this[string key]
    {
        get => _file["Gateway"]![key];
        set => _file["Gateway"]![key] = value;
    }

    public static JsonObject RouteTo(string cluster, string path) => new() { ["ClusterId"] = cluster, ["Match"] = new JsonObject { ["Path"] = path } };

    public static JsonObject ClusterOf(params Uri[] destinations) => new()
    {
        ["LoadBalancingPolicy"] = "RoundRobin",
        ["Destinations"] = new JsonObject(destinations.Select(static (address, i) => KeyValuePair.Create($"{i + 1}", (JsonNode?)new JsonObject { ["Address"] = address.AbsoluteUri }))),
    };

    /// <summary>As it is written to the file.</summary>
    public string ToJson()
    {
        var file = _file.DeepClone().AsObject();
        file["Logging"] = new JsonObject { ["LogLevel"] = new JsonObject { ["Default"] = "Critical" } };
        return file.ToJsonString(new() { WriteIndented = true });
    }
}
