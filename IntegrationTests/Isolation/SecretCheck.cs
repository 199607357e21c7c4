using System.Text.Json.Nodes;
using XoeNovAi.IntegrationTests.Security;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Looks for secrets of a stack where everybody could see them.</summary>
internal static class SecretCheck
{
    /// <summary>In command lines.</summary>
    public static Findings OfCommandLines(IReadOnlyCollection<string> seen, IReadOnlyDictionary<string, string> secrets)
        => new(
            [.. seen.SelectMany(c => secrets.In(c).Select(s => new Finding("command line", s, "not there", $"there, of {c.Split(' ')[0]}"))).Distinct()],
            $"{seen.Count} command lines, looked through for {string.Join(", ", secrets.Keys)}");

    /// <summary>In all that Podman says of the stack's containers, their environment too, and of their images.</summary>
    public static async Task<Findings> OfInspectionAsync(ObservedStack stack, IReadOnlyDictionary<string, string> secrets, CancellationToken cancellationToken)
    {
        var containers = await StackContainers.FindAsync(stack, cancellationToken);
        var inspected = JsonNode.Parse(await stack.Podman.RunAsync(["inspect", .. containers.Select(static c => c.Id)], cancellationToken))!.AsArray();
        var findings = new List<Finding>();
        foreach (var (container, said) in containers.Zip(inspected))
        {
            Assert.IsNotEmpty(said!["Config"]!["Env"]!.AsArray(), $"'{container}' was inspected and has no environment.");
            findings.AddRange(secrets.In(said.ToJsonString()).Select(s => new Finding(container.Name, $"inspection, {s}", "not there", "there")));
        }

        var images = await stack.Podman.RunAsync(["image", "inspect", .. inspected.Select(static c => c!["Image"]!.GetValue<string>()).Distinct()], cancellationToken);
        findings.AddRange(secrets.In(images).Select(static s => new Finding("images", $"inspection, {s}", "not there", "there")));
        return new(findings, $"{containers.Count} containers and their images inspected for {string.Join(", ", secrets.Keys)}");
    }

    /// <summary>In what the stack's containers have written.</summary>
    public static async Task<Findings> OfLogsAsync(ObservedStack stack, IReadOnlyDictionary<string, string> secrets, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var lines = 0;
        foreach (var container in await StackContainers.FindAsync(stack, cancellationToken))
        {
            var (_, output, error) = await stack.Podman.TryRunAsync(["logs", container.Id], cancellationToken);
            findings.AddRange(secrets.In(output + error).Select(s => new Finding(container.Name, $"log, {s}", "not there", "there")));
            lines += output.Count('\n') + error.Count('\n');
        }

        Assert.AreNotEqual(0, lines, "No container has written a line.");
        return new(findings, $"{lines} lines of logs, looked through for {string.Join(", ", secrets.Keys)}");
    }
}
