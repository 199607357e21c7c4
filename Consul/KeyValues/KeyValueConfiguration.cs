using Microsoft.Extensions.Configuration;

namespace XoeNovAi.Consul.KeyValues;

/// <summary>The settings that keys of Consul say.</summary>
internal sealed class KeyValueConfiguration : ConfigurationProvider, IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>The settings now.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(Data, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Puts settings in the place of those there are, and tells whoever uses them. When one of those cannot use them, all is as it was.
    /// </summary>
    /// <param name="settings">The settings.</param>
    /// <returns>What is wrong with them; null when nothing is.</returns>
    public string? Replace(IReadOnlyDictionary<string, string?> settings)
    {
        var before = Data;
        Data = new Dictionary<string, string?>(settings, StringComparer.OrdinalIgnoreCase);
        try
        {
            OnReload();
            return null;
        }
#pragma warning disable CA1031 // Whatever those throw who use settings: a value of Consul must not end a service.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Data = before;
            OnReload();
            return (exception as AggregateException)?.Flatten().InnerExceptions[0].Message ?? exception.Message;
        }
    }
}
