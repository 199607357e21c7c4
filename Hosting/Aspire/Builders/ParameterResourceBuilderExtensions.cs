using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds parameters and connection strings.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a parameter from configuration.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name; its configuration key is <c>Parameters:{name}</c>.</param>
    /// <param name="secret">Whether it must not be shown.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false)
        => builder.Add(new ParameterResource(name, fallback => Configured(builder, KeyOf(name), fallback), secret));

    /// <summary>Adds a parameter with a fixed value.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="value">The value.</param>
    /// <param name="publishValueAsDefault">Whether the manifest carries it.</param>
    /// <param name="secret">Whether it must not be shown.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false)
        => builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    /// <summary>Adds a parameter with a computed value.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="valueGetter">Gives the value.</param>
    /// <param name="publishValueAsDefault">Whether the manifest carries it.</param>
    /// <param name="secret">Whether it must not be shown.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, Func<string> valueGetter, bool publishValueAsDefault = false, bool secret = false)
        => publishValueAsDefault && secret
            ? throw new ArgumentException($"Parameter '{name}' cannot be a secret and be published as a default value.", nameof(secret))
            : builder.Add(new ParameterResource(name, _ => valueGetter(), secret) { Default = publishValueAsDefault ? new ConstantParameterDefault(valueGetter) : null });

    /// <summary>Adds a parameter from configuration with a default.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="value">The default.</param>
    /// <param name="secret">Whether it must not be shown.</param>
    /// <param name="persist">Whether a generated value is kept for the next run; only where the project has user secrets.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false)
        => builder.Add(new ParameterResource(name, fallback => Configured(builder, KeyOf(name), fallback), secret) { Default = persist ? builder.Remembered(name, value) : value });

    /// <summary>Adds a parameter from a configuration key of its own.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="configurationKey">The key.</param>
    /// <param name="secret">Whether it must not be shown.</param>
    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(this IDistributedApplicationBuilder builder, string name, string configurationKey, bool secret = false)
        => builder.Add(new ParameterResource(name, fallback => Configured(builder, configurationKey, fallback), secret));

    /// <summary>Says what a parameter is for.</summary>
    /// <param name="builder">The parameter.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="enableMarkdown">Whether the description is Markdown.</param>
    public static IResourceBuilder<ParameterResource> WithDescription(this IResourceBuilder<ParameterResource> builder, string description, bool enableMarkdown = false)
    {
        builder.Resource.Description = description;
        builder.Resource.EnableDescriptionMarkdown = enableMarkdown;
        return builder;
    }

    /// <summary>Adds a connection string from configuration.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name; its configuration key is <c>ConnectionStrings:{name}</c>.</param>
    /// <param name="environmentVariableName">The environment variable that carries it to those that reference it.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null)
        => builder.AddResource(new ConnectionStringParameterResource(
            name,
            _ => builder.Configuration.GetConnectionString(name) ?? throw new MissingParameterValueException(
                $"Connection string resource could not be used because connection string '{name}' is missing. Give it with ConnectionStrings__{name} in the environment, or --ConnectionStrings:{name} on the command line."),
            environmentVariableName));

    /// <summary>Creates, without adding it, a generated password that configuration can replace.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="lower">Whether it has lower case letters.</param>
    /// <param name="upper">Whether it has upper case letters.</param>
    /// <param name="numeric">Whether it has digits.</param>
    /// <param name="special">Whether it has punctuation.</param>
    /// <param name="minLower">The least number of lower case letters.</param>
    /// <param name="minUpper">The least number of upper case letters.</param>
    /// <param name="minNumeric">The least number of digits.</param>
    /// <param name="minSpecial">The least number of punctuation characters.</param>
    public static ParameterResource CreateDefaultPasswordParameter(IDistributedApplicationBuilder builder, string name, bool lower = true, bool upper = true, bool numeric = true, bool special = true, int minLower = 0, int minUpper = 0, int minNumeric = 0, int minSpecial = 0)
        => CreateGeneratedParameter(builder, name, secret: true, new() { MinLength = 22, Lower = lower, Upper = upper, Numeric = numeric, Special = special, MinLower = minLower, MinUpper = minUpper, MinNumeric = minNumeric, MinSpecial = minSpecial });

    /// <summary>Creates, without adding it, a generated parameter that configuration can replace; it is remembered where the project has user secrets.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="secret">Whether it must not be shown.</param>
    /// <param name="parameterDefault">How it is generated.</param>
    public static ParameterResource CreateGeneratedParameter(IDistributedApplicationBuilder builder, string name, bool secret, GenerateParameterDefault parameterDefault)
        => new(name, fallback => Configured(builder, KeyOf(name), fallback), secret) { Default = builder.Remembered(name, parameterDefault) };

    /// <summary>Creates, without adding it, a parameter from configuration.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="secret">Whether it must not be shown.</param>
    public static ParameterResource CreateParameter(IDistributedApplicationBuilder builder, string name, bool secret)
        => new(name, fallback => Configured(builder, KeyOf(name), fallback), secret);

    /// <summary>Publishes a container as a connection string that whoever deploys it gives.</summary>
    /// <typeparam name="T">The container's type.</typeparam>
    /// <param name="builder">The container.</param>
    public static IResourceBuilder<T> PublishAsConnectionString<T>(this IResourceBuilder<T> builder)
        where T : ContainerResource, IResourceWithConnectionString
    {
        ConfigureConnectionStringManifestPublisher((IResourceBuilder<IResourceWithConnectionString>)builder);
        return builder;
    }

    /// <summary>Publishes a resource as a connection string that whoever deploys it gives.</summary>
    /// <param name="builder">The resource.</param>
    public static void ConfigureConnectionStringManifestPublisher(IResourceBuilder<IResourceWithConnectionString> builder)
    {
        var parameter = new ParameterResource(builder.Resource.Name, static _ => string.Empty, secret: true) { IsConnectionString = true };
        builder.WithManifestPublishingCallback(context => context.WriteParameter(parameter));
    }

    private static ParameterDefault Remembered(this IDistributedApplicationBuilder builder, string name, ParameterDefault value)
        => builder.ExecutionContext.IsRunMode ? new UserSecretsParameterDefault(name, value, builder.UserSecretsManager, builder.Configuration) : value;

    private static IResourceBuilder<ParameterResource> Add(this IDistributedApplicationBuilder builder, ParameterResource parameter)
        => builder.AddResource(parameter)
            .WithInitialState(new() { ResourceType = "Parameter", Properties = [], State = KnownResourceStates.NotStarted });

    private static string KeyOf(string name) => $"Parameters:{name}";

    private static string Configured(IDistributedApplicationBuilder builder, string key, ParameterDefault? fallback)
        => builder.Configuration[key]
            ?? builder.Configuration[key.Replace('-', '_')]
            ?? fallback?.GetDefaultValue()
            ?? throw new MissingParameterValueException(
                $"Parameter resource could not be used because configuration key '{key}' is missing and the Parameter has no default value. Give it with {key.Replace(":", "__", StringComparison.Ordinal).Replace('-', '_')} in the environment, or --{key} on the command line.");
}
