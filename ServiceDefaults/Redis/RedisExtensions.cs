using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using XoeNovAi.ServiceDefaults.Consul;

namespace XoeNovAi.ServiceDefaults.Redis;

/// <summary>Adds Redis to a service.</summary>
public static class RedisExtensions
{
    private const int ConnectTimeout = 5000;
    private const int CommandTimeout = 2000;
    private const int ConnectRetries = 3;
    private const int FirstRetry = 1000;
    private const int LastRetry = 5000;

    /// <summary>
    /// Adds a <see cref="RedisClient"/> that connects while the service starts, and does not keep it from starting. <c>Redis:Replicas</c>
    /// says how many replicas must have what is written with confirmation: none by default, and one behind Sentinels.
    /// </summary>
    /// <param name="builder">The builder of the service.</param>
    /// <param name="name">
    /// The name of the connection string, e.g. <c>host:6379,password=…,ssl=true</c>, or that of Sentinels, with the name they watch the
    /// servers by: <c>sentinel-1:26379,sentinel-2:26379,serviceName=…,password=…,ssl=true</c>.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">The connection string is missing or wrong.</exception>
    public static WebApplicationBuilder AddRedis(this WebApplicationBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);

        var options = Parse(name, builder.Configuration.GetConnectionString(name));
        options.ClientName ??= DiscoveryOptions.Bind(builder.Configuration).ServiceId;
        var replicas = builder.Configuration.GetValue("Redis:Replicas", options.ServiceName is null ? 0 : 1);
        builder.Services.AddSingleton(services => new RedisClient(options, replicas, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddHostedService<RedisWarmup>();
        return builder;
    }

    private static ConfigurationOptions Parse(string name, string? connectionString)
    {
        if (string.IsNullOrEmpty(connectionString))
        {
            throw new InvalidOperationException($"ConnectionStrings:{name} is not set. Give it as host:port,password=…,ssl=true.");
        }

        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(connectionString);
        }
        catch (ArgumentException)
        {
            // The exception's text repeats parts of the connection string, which holds the password.
            throw new InvalidOperationException($"ConnectionStrings:{name} cannot be read. Write it like host:port,password=…,ssl=true.");
        }

        if (options.EndPoints.Count == 0)
        {
            throw new InvalidOperationException($"ConnectionStrings:{name} names no host. Write it like host:port,password=…,ssl=true.");
        }

        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectTimeout = ConnectTimeout;
        options.ConnectRetry = ConnectRetries;
        options.ReconnectRetryPolicy = new ExponentialRetry(FirstRetry, LastRetry);
        options.AsyncTimeout = CommandTimeout;

        // What takes too long is found at a beat: a command ends a quarter of a second late at most.
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(250);

        // The run's own authority publishes no revocation list, and asking for one would be a call to the outside.
        options.CheckCertificateRevocation = false;
        return options;
    }
}
