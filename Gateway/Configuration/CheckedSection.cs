namespace XoeNovAi.Gateway.Configuration;

/// <summary>A copy of a section, which changes only when it is told to.</summary>
internal sealed class CheckedSection : ConfigurationProvider, IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Replace(IConfigurationSection section)
    {
        var data = section.AsEnumerable().ToDictionary(StringComparer.OrdinalIgnoreCase);
        if (data.Count != Data.Count || data.Any(pair => !Data.TryGetValue(pair.Key, out var value) || value != pair.Value))
        {
            Data = data;
            OnReload();
        }
    }
}
