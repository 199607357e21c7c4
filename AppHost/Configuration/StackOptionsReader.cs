using System.Reflection;

namespace XoeNovAi.AppHost.Configuration;

/// <summary>Reads how the stack is run.</summary>
internal static class StackOptionsReader
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(1);

    public static StackOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(StackOptions.Section);
        RefuseUnknown(section, typeof(StackOptions));
        RefuseUnknown(section.GetSection(nameof(StackOptions.Consul)), typeof(ConsulOptions));
        RefuseValue(section.GetSection(nameof(StackOptions.Consul)), string.Join(", ", SettingsOf(typeof(ConsulOptions))));
        RefuseValue(section.GetSection(nameof(StackOptions.Services)), "services, each with its settings");
        RefuseUnknown(section.GetSection(nameof(StackOptions.Data)), typeof(DataOptions));
        foreach (var service in section.GetSection(nameof(StackOptions.Services)).GetChildren())
        {
            RefuseUnknown(service, typeof(StackServiceOptions));
            RefuseValue(service, string.Join(", ", SettingsOf(typeof(StackServiceOptions))));
        }

        try
        {
            var options = section.Get<StackOptions>() ?? new();
            options.Data.Mode = ReadDataMode(section.GetSection(nameof(StackOptions.Data))) ?? options.Data.Mode;
            CheckTime(nameof(StackOptions.StartTimeout), options.StartTimeout, LongestStart, "00:05:00");
            CheckTime(nameof(StackOptions.CheckInterval), options.CheckInterval, LongestInterval, "00:00:05");
            if (options.Consul.Servers is not (1 or 3 or 5))
            {
                throw new DistributedApplicationException($"'{StackOptions.Section}:{nameof(StackOptions.Consul)}:{nameof(ConsulOptions.Servers)}' is {options.Consul.Servers}; it is 1, 3 or 5. An even number survives no more losses than one less.");
            }

            // PgBouncer 1.18 goes to the hosts it knows in turn, whichever of them takes writes.
            if (options.Data is { Mode: DataMode.Ha, Pool: PoolMode.PgBouncer })
            {
                throw new DistributedApplicationException($"'{StackOptions.Section}:{nameof(StackOptions.Data)}=ha' and '{StackOptions.Section}:{nameof(StackOptions.Data)}:{nameof(DataOptions.Pool)}=pgbouncer' do not go together: PgBouncer does not know which member leads. Leave one of them out.");
            }

            CheckPort(nameof(StackOptions.GatewayPort), options.GatewayPort);
            foreach (var (name, service) in options.Services)
            {
                Check($"{nameof(StackOptions.Services)}:{name}", service);
            }

            return options;
        }
        catch (InvalidOperationException exception)
        {
            throw new DistributedApplicationException($"The section '{StackOptions.Section}' of the configuration is wrong: {exception.InnerException?.Message ?? exception.Message} {exception.Message}", exception);
        }
    }

    // What stands at the section itself is its mode, which the binder does not look at.
    private static DataMode? ReadDataMode(IConfigurationSection section)
        => section.Value is not { Length: > 0 } text ? null
            : !int.TryParse(text, out _) && Enum.TryParse<DataMode>(text, ignoreCase: true, out var mode) ? mode
            : throw new DistributedApplicationException($"'{section.Path}' is '{text}'; it is one of: {string.Join(", ", Enum.GetNames<DataMode>())}.");

    // A number alone is read as days.
    private static void CheckTime(string name, TimeSpan value, TimeSpan longest, string example)
    {
        if (value <= TimeSpan.Zero || value > longest)
        {
            throw new DistributedApplicationException($"'{StackOptions.Section}:{name}' is {value:c}; it can be up to {longest:c}. Give hours, minutes and seconds, such as {example}.");
        }
    }

    private static void CheckPort(string name, int port)
    {
        if (port is < 1 or > 65535)
        {
            throw new DistributedApplicationException($"'{StackOptions.Section}:{name}' is {port}; a port is a number from 1 to 65535.");
        }
    }

    private static void Check(string name, StackServiceOptions service)
    {
        if (service.Port is { } port)
        {
            CheckPort($"{name}:{nameof(StackServiceOptions.Port)}", port);
        }

        if (service.HealthPath is { } path && !path.StartsWith('/'))
        {
            throw new DistributedApplicationException($"'{StackOptions.Section}:{name}:{nameof(StackServiceOptions.HealthPath)}' is '{path}'; a path begins with '/', such as /health.");
        }

        if (service is { Image: not null, Run: RunMode.Process })
        {
            throw new DistributedApplicationException($"'{StackOptions.Section}:{name}:{nameof(StackServiceOptions.Image)}' and '{StackOptions.Section}:{name}:{nameof(StackServiceOptions.Run)}=process' do not go together: an image runs as a container. Leave one of them out.");
        }
    }

    private static void RefuseUnknown(IConfigurationSection section, Type type)
    {
        var known = SettingsOf(type);
        foreach (var unknown in section.GetChildren().Where(c => !known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"'{unknown.Path}' is not a setting of the stack. '{section.Path}' has: {string.Join(", ", known)}.");
        }

        // The binder takes any number for a word, also one that stands for none.
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var kind = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (kind.IsEnum && section[property.Name] is { } text && long.TryParse(text, out _))
            {
                throw new DistributedApplicationException($"'{section.Path}:{property.Name}' is '{text}'; it is one of: {string.Join(", ", Enum.GetNames(kind))}.");
            }
        }
    }

    // The binder does not look at what stands at a section itself.
    private static void RefuseValue(IConfigurationSection section, string has)
    {
        if (section.Value is { Length: > 0 } value)
        {
            throw new DistributedApplicationException($"'{section.Path}' is '{value}', and takes no value itself. It has: {has}.");
        }
    }

    private static List<string> SettingsOf(Type type) => [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(static p => p.Name)];
}
