using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Aspire.Hosting;

/// <summary>Keeps values for the next run, in the user secrets of the AppHost's project.</summary>
[Experimental("ASPIREUSERSECRETS001")]
public interface IUserSecretsManager
{
    /// <summary>Whether the project has user secrets.</summary>
    bool IsAvailable { get; }

    /// <summary>The file they are in; empty where the project has none.</summary>
    string FilePath { get; }

    /// <summary>Keeps a value.</summary>
    /// <param name="name">Its configuration key.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether it could be kept.</returns>
    bool TrySetSecret(string name, string value);

    /// <summary>Forgets a value.</summary>
    /// <param name="name">Its configuration key.</param>
    /// <returns>Whether it could be forgotten.</returns>
    bool TryDeleteSecret(string name);

    /// <summary>Puts a value into configuration that is not there yet, and keeps it.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="name">The configuration key.</param>
    /// <param name="valueGenerator">Makes the value.</param>
    void GetOrSetSecret(IConfigurationManager configuration, string name, Func<string> valueGenerator);

    /// <summary>Keeps values in place of all there are.</summary>
    /// <param name="state">The values; objects in objects become keys with colons.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    Task SaveStateAsync(JsonObject state, CancellationToken cancellationToken = default);
}
