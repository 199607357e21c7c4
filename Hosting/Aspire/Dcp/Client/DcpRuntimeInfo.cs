using System.Text.Json;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>Reads what <c>dcp info</c> says about the container runtime.</summary>
internal static class DcpRuntimeInfo
{
    /// <summary>A sentence saying what is wrong with the runtime; null when nothing is.</summary>
    public static string? Problem(string output, string errors, string runtime)
    {
        JsonElement containers;
        try
        {
            using var document = JsonDocument.Parse(output);
            containers = document.RootElement.GetProperty("containers").Clone();
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException)
        {
            return $"DCP could not look for '{runtime}': {errors.Trim()}";
        }

        if (containers.TryGetProperty("running", out var running) && running.GetBoolean())
        {
            return null;
        }

        var reason = containers.TryGetProperty("error", out var error) ? error.GetString()?.Trim() : null;
        var installed = containers.TryGetProperty("installed", out var found) && found.GetBoolean();
        return installed
            ? $"The container runtime '{runtime}' does not work: {reason}. Run eng/doctor to see what is wrong with it."
            : $"The container runtime '{runtime}' was not found: {reason}. Run eng/setup, which installs it.";
    }
}
