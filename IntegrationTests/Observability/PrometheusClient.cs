using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace XoeNovAi.IntegrationTests.Observability;

/// <summary>Reads metrics with the parser of Prometheus' own client for Python.</summary>
internal static class PrometheusClient
{
    // The distribution's: its packages are not seen by a Python that is first on PATH.
    private const string Python = "/usr/bin/python3";

    private const string Script = """
        import json, sys
        from prometheus_client.parser import text_string_to_metric_families
        families = text_string_to_metric_families(sys.stdin.read())
        json.dump([{"Name": s.name, "Type": f.type, "Labels": s.labels, "Value": str(s.value)} for f in families for s in f.samples], sys.stdout)
        """;

    /// <summary>The samples in a text.</summary>
    /// <exception cref="StackException">The parser is missing, or refuses the text.</exception>
    public static async Task<IReadOnlyList<PrometheusSample>> ReadAsync(string text, CancellationToken cancellationToken)
    {
        using var process = Start();
        await using var kill = cancellationToken.Register(process.Kill);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.StandardInput.WriteAsync(text.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before it has read; its exit code and what it wrote say why.
        }

        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<IReadOnlyList<PrometheusSample>>(await output)!
            : throw new StackException($"Prometheus' client for Python did not read the text ('eng/setup --tests' installs it, or 'apt-get install python3-prometheus-client'): {await error}{Environment.NewLine}{text}");
    }

    private static Process Start()
    {
        try
        {
            return Process.Start(new ProcessStartInfo(Python, ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception exception)
        {
            throw new StackException($"{Python} cannot be run: {exception.Message}. Run 'eng/setup --tests', or 'apt-get install python3-prometheus-client'.", exception);
        }
    }
}
