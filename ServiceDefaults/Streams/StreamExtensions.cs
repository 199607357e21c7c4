using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using XoeNovAi.ServiceDefaults.Consul;
using XoeNovAi.ServiceDefaults.Emergency;

namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>Adds Redis streams to a service that has Redis.</summary>
public static class StreamExtensions
{
    private static readonly TimeSpan ClaimAfter = TimeSpan.FromSeconds(60);

    /// <summary>Adds the <see cref="StreamPublisher"/>.</summary>
    /// <param name="builder">The builder of the service.</param>
    /// <returns>The same builder.</returns>
    public static WebApplicationBuilder AddStreamPublisher(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<StreamPublisher>();
        return builder;
    }

    /// <summary>
    /// Adds the <see cref="StreamOutbox"/> and the <see cref="StreamPublisher"/>. The service has PostgreSQL, with
    /// <see cref="StreamOutbox.Migration"/> among the steps of its schema.
    /// </summary>
    /// <param name="builder">The builder of the service.</param>
    /// <returns>The same builder.</returns>
    public static WebApplicationBuilder AddStreamOutbox(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddStreamPublisher();
        builder.Services.TryAddSingleton<StreamOutbox>();
        builder.Services.AddHostedService<OutboxSender>();
        return builder;
    }

    /// <summary>Adds a consumer, named after this instance, that hands each message of a stream to <typeparamref name="THandler"/>.</summary>
    /// <typeparam name="THandler">What works on the messages.</typeparam>
    /// <param name="builder">The builder of the service.</param>
    /// <param name="stream">The stream, e.g. <c>xnai:task_updates</c>.</param>
    /// <param name="group">The group, e.g. <c>agent_wavefront</c>; it is made when it is missing, and then reads from the beginning.</param>
    /// <returns>The same builder.</returns>
    public static WebApplicationBuilder AddStreamConsumer<THandler>(this WebApplicationBuilder builder, string stream, string group)
        where THandler : class, IStreamHandler
    {
        ArgumentNullException.ThrowIfNull(builder);
        var subscription = new StreamSubscription(stream, group, DiscoveryOptions.Bind(builder.Configuration).ServiceId, builder.Configuration.GetValue("Streams:ClaimAfter", ClaimAfter));
        builder.AddEmergencyStop();
        builder.Services.TryAddSingleton<THandler>();
        builder.Services.TryAddSingleton<HandlingGate>();
        builder.Services.TryAddSingleton<StreamStatus>();
        builder.Services.AddSingleton<IHostedService>(services => ActivatorUtilities.CreateInstance<StreamConsumer>(
            services, subscription, services.GetRequiredService<THandler>()));
        return builder;
    }
}

/// <summary>What a consumer reads.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Group">The group in which each message goes to one consumer.</param>
/// <param name="Consumer">The name of this consumer; it finds what it left behind under the same name.</param>
/// <param name="ClaimAfter">How long another's message is left alone before it is taken over.</param>
internal sealed record StreamSubscription(string Stream, string Group, string Consumer, TimeSpan ClaimAfter);
