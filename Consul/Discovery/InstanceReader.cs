using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace XoeNovAi.Consul.Discovery;

/// <summary>
/// Makes instances of what Consul answers for a service. Whoever may register can write anything there, so what cannot be called is
/// left out, and named in the log once for as long as it stays as it is.
/// </summary>
internal sealed class InstanceReader(string service, string? view, ILogger logger)
{
    private const int MostNamed = 10;
    private const int LongestId = 255;
    private const int LongestShown = 100;

    private HashSet<string> _leftOut = [];

    /// <summary>Reads an answer.</summary>
    /// <param name="elements">Its elements.</param>
    /// <param name="known">The instances of the answer before: of equal ids, the one among them stays.</param>
    /// <returns>The instances that can be called, in the order of their ids, which differ even without regard to case.</returns>
    public ServiceInstance[] Read(IReadOnlyList<JsonElement> elements, IReadOnlyCollection<ServiceInstance> known)
    {
        var leftOut = new List<string>();
        var read = new List<(ServiceInstance Instance, bool IsChecked, ulong Created, string Name)>(elements.Count);
        foreach (var element in elements)
        {
            var name = $"{Text(element, "Service", "ID") ?? "one without an id"} of node {Text(element, "Node", "Node") ?? "unknown"}";
            try
            {
                var entry = element.Deserialize(ConsulJsonContext.Default.ServiceEntry);
                read.Add((Instance(entry), IsChecked(entry!), entry!.Service!.CreateIndex, name));
            }
            catch (Exception exception) when (exception is JsonException or FormatException)
            {
                leftOut.Add($"{name}: {(exception is JsonException wrong ? $"Consul has no such entries, see {Shown(wrong.Path)}" : exception.Message)}");
            }
        }

        var before = known.ToHashSet();
        var instances = new List<ServiceInstance>(read.Count);
        foreach (var same in read.GroupBy(static one => one.Instance.Id, StringComparer.OrdinalIgnoreCase))
        {
            // An id is an instance's only name here, so of those who share one the newcomer is the wrong one; but whom nobody checks is so
            // even if he was alone while the other was away.
            var ordered = same.OrderBy(static one => !one.IsChecked).ThenBy(one => !before.Contains(one.Instance)).ThenBy(static one => one.Created).ThenBy(static one => one.Name, StringComparer.Ordinal).ToList();
            instances.Add(ordered[0].Instance);
            leftOut.AddRange(ordered.Skip(1).Select(static one => $"{one.Name}: another instance has this id"));
        }

        Tell(leftOut);
        return [.. instances.OrderBy(static instance => instance.Id, StringComparer.Ordinal)];
    }

    /// <exception cref="FormatException">It cannot be called; the message says why.</exception>
    private ServiceInstance Instance(ServiceEntry? entry)
    {
        if (entry?.Service is not { } found || string.IsNullOrEmpty(found.ID) || found.ID.Length > LongestId || found.ID.Any(char.IsControl))
        {
            throw new FormatException("its id is none");
        }

        var address = view is not null && found.TaggedAddresses?.GetValueOrDefault(view) is { } seen
            ? seen
            : new(string.IsNullOrEmpty(found.Address) ? entry.Node?.Address : found.Address, found.Port);
        if (HostName.Normalize(address.Address) is not { } host)
        {
            throw new FormatException($"'{Shown(address.Address)}' is no address to call");
        }

        return address.Port is > 0 and <= ushort.MaxValue
            ? new(found.ID, host, address.Port)
            : throw new FormatException($"{address.Port} is no port to call");
    }

    private static bool IsChecked(ServiceEntry entry) => entry.Checks?.Any(check => check?.ServiceID == entry.Service!.ID) == true;

    private void Tell(List<string> leftOut)
    {
        var news = leftOut.Where(one => !_leftOut.Contains(one)).ToList();
        _leftOut = [.. leftOut];
        foreach (var one in news.Take(MostNamed))
        {
            logger.LogWarning("An instance of {Service} is left out, {Instance}", service, one);
        }

        if (news.Count > MostNamed)
        {
            logger.LogWarning("{Count} more instances of {Service} are left out", news.Count - MostNamed, service);
        }
    }

    private static string? Text(JsonElement element, string part, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(part, out var inner)
        && inner.ValueKind == JsonValueKind.Object && inner.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String ? Shown(value.GetString()) : null;

    // It is foreign text: neither its length nor its lines are to be the log's.
    private static string? Shown(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var start = text.Length > LongestShown ? $"{text[..LongestShown]}…" : text;
        return string.Concat(start.Select(static c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' ? '?' : c));
    }
}

/// <summary>One element of the answer of <c>GET /v1/health/service/{name}</c>. Others wrote it: nothing of it has to be there.</summary>
internal sealed record ServiceEntry(ServiceEntryNode? Node, ServiceEntryService? Service, IReadOnlyList<ServiceEntryCheck?>? Checks);

/// <summary>The node of a <see cref="ServiceEntry"/>.</summary>
internal sealed record ServiceEntryNode(string? Node, string? Address);

/// <summary>A check of a <see cref="ServiceEntry"/>; one of the node's has no service.</summary>
internal sealed record ServiceEntryCheck(string? ServiceID);

/// <summary>The service of a <see cref="ServiceEntry"/>.</summary>
internal sealed record ServiceEntryService(
    string? ID,
    string? Address,
    int Port,
    ulong CreateIndex,
    IReadOnlyDictionary<string, ServiceEntryAddress?>? TaggedAddresses);

/// <summary>An address of a <see cref="ServiceEntryService"/>.</summary>
internal sealed record ServiceEntryAddress(string? Address, int Port);
