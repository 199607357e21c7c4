namespace XoeNovAi.Hosting.Consul;

/// <summary>Has Consul ask for tokens.</summary>
public static class ConsulAccessExtensions
{
    /// <summary>The environment variable services and Consul's own command find their token in.</summary>
    public const string TokenVariable = "CONSUL_HTTP_TOKEN";

    /// <summary>
    /// Denies what no token allows, but for looking up services, which anybody may: so does DNS. It is healthy when it knows
    /// the tokens of all services; it keeps them in memory, and is told them again after a restart. The management token
    /// is the parameter <c>NAME-management-token</c>, generated unless given. When publishing, nothing is changed.
    /// </summary>
    /// <param name="builder">Consul.</param>
    public static IResourceBuilder<ConsulResource> WithAccessControl(this IResourceBuilder<ConsulResource> builder)
    {
        if (!builder.ApplicationBuilder.ExecutionContext.IsRunMode || builder.Resource.AccessControl is not null)
        {
            return builder;
        }

        var access = new ConsulAccessControl(CreateToken(builder.ApplicationBuilder, $"{builder.Resource.Name}-management-token"));
        return builder.WithAnnotation(access).WithTokenCheck(access);
    }

    /// <summary>
    /// Gives a service its token as <see cref="TokenVariable"/>: with it the service may register itself, under this name only,
    /// and look up others. Instances of one service share the token, the parameter <c>NAME-SERVICE-token</c>, generated
    /// unless given. Without <see cref="WithAccessControl"/> nothing is changed.
    /// </summary>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The resource that gets the token.</param>
    /// <param name="consul">Consul.</param>
    /// <param name="service">The name the service registers itself with.</param>
    public static IResourceBuilder<T> WithConsulToken<T>(this IResourceBuilder<T> builder, IResourceBuilder<ConsulResource> consul, string service)
        where T : IResourceWithEnvironment
        => consul.TokenOf(service) is { } token
            ? builder.WithEnvironment(context => context.EnvironmentVariables[TokenVariable] = token.Secret)
            : builder;

    /// <summary>Lets a service read keys. Without <see cref="WithAccessControl"/> nothing is changed.</summary>
    /// <param name="consul">Consul.</param>
    /// <param name="service">The name the service registers itself with.</param>
    /// <param name="keyPrefix">What the keys begin with, such as <c>gateway/</c>.</param>
    public static IResourceBuilder<ConsulResource> WithReadableKeys(this IResourceBuilder<ConsulResource> consul, string service, string keyPrefix)
        => consul.WithTokenRule(service, $$"""key_prefix "{{keyPrefix}}" { policy = "read" }""");

    /// <summary>Lets a service do what a rule says, in Consul's language. Without <see cref="WithAccessControl"/> nothing is changed.</summary>
    /// <param name="consul">Consul.</param>
    /// <param name="service">The name the service registers itself with, or that its token has.</param>
    /// <param name="rule">The rule, such as <c>session_prefix "" { policy = "write" }</c>.</param>
    public static IResourceBuilder<ConsulResource> WithTokenRule(this IResourceBuilder<ConsulResource> consul, string service, string rule)
    {
        if (consul.TokenOf(service) is { } token)
        {
            consul.Resource.AccessControl!.AddRule(token, rule);
        }

        return consul;
    }

    private static ConsulToken? TokenOf(this IResourceBuilder<ConsulResource> consul, string service)
        => consul.Resource.AccessControl?.TokenOf(service, () => CreateToken(consul.ApplicationBuilder, $"{consul.Resource.Name}-{service}-token"));

    private static ParameterResource CreateToken(IDistributedApplicationBuilder builder, string name)
        => new(
            name,
            _ =>
            {
                // Consul takes tokens in this form only.
                var given = builder.Configuration[$"Parameters:{name}"] ?? builder.Configuration[$"Parameters:{name.Replace('-', '_')}"];
                return string.IsNullOrEmpty(given) ? Guid.NewGuid().ToString()
                    : Guid.TryParseExact(given, "D", out var token) ? token.ToString()
                    : throw new DistributedApplicationException($"Parameters:{name} is no token as Consul takes them. Give a UUID, such as uuidgen makes, or nothing: then one is generated.");
            },
            secret: true);
}
