using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using XoeNovAi.Consul;
using XoeNovAi.Consul.Client;
using XoeNovAi.Consul.Registration;

namespace XoeNovAi.ServiceDefaults.Consul;

/// <summary>Binds Consul to the configuration of a service.</summary>
internal static class ConsulExtensions
{
    // Consul's own command reads it as well.
    private const string TokenKey = "CONSUL_HTTP_TOKEN";

    public static void AddConsulDiscovery(this WebApplicationBuilder builder)
    {
        var options = DiscoveryOptions.Bind(builder.Configuration);
        var consul = ClientOptions(builder.Configuration);
        builder.Services.AddSingleton(options);
        builder.Services.AddConsul(consul, options.View);
        if (consul is null)
        {
            builder.Services.AddHostedService<NoConsulNotice>();
        }
        else if (options.Service is not null)
        {
            builder.Services.AddHostedService<FirstAnswer>();
            builder.Services.AddConsulRegistration(Registration(options), options.DrainTime);
        }
    }

    private static ConsulClientOptions? ClientOptions(IConfiguration configuration)
    {
        var address = configuration.GetConnectionString("consul");
        if (string.IsNullOrEmpty(address))
        {
            return null;
        }

        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? new(uri) { Token = configuration[TokenKey] }
            : throw new InvalidOperationException($"ConnectionStrings:consul is '{address}'. Write it like http://consul:8500.");
    }

    private static ServiceRegistration Registration(DiscoveryOptions options)
    {
        Require(options.CheckInterval > TimeSpan.Zero, "CheckInterval", options.CheckInterval, "a time above zero, e.g. 00:00:01");
        Require(options.CheckTimeout > TimeSpan.Zero, "CheckTimeout", options.CheckTimeout, "a time above zero, e.g. 00:00:01");
        Require(options.CheckPath.StartsWith('/'), "CheckPath", options.CheckPath, "a path, e.g. /health");
        Require(options.Addresses.Count > 0, "Addresses", "empty", $"one address or more, each by the name of those who call it, e.g. {DiscoveryOptions.Section}:Addresses:app = 10.89.0.0/24");

        var own = AddressResolver.OwnAddresses();
        var addresses = options.Addresses.ToDictionary(
            pair => pair.Key.ToLowerInvariant(), pair => AddressResolver.Resolve(pair.Key, pair.Value, options.Port, own));
        var view = options.Main?.ToLowerInvariant() ?? (addresses.Count == 1 ? addresses.Keys.First() : string.Empty);
        Require(addresses.ContainsKey(view), "Main", options.Main ?? "not set", $"one of {string.Join(", ", addresses.Keys)}: the address for those who ask for none of their own");
        var main = addresses[view];
        var check = new UriBuilder("http", main.Address, main.Port).Uri;
        return new ServiceRegistration
        {
            Id = options.ServiceId,
            Name = options.Service!,
            Address = main.Address,
            Port = main.Port,
            Tags = options.Tags,
            Meta = options.Meta,
            TaggedAddresses = addresses,
            Checks =
            [
                // It has answered when it registers; waiting for the first check would cost up to one interval. Its name has the address: a check of
                // the one an instance had before its container was made anew may still be under way, and its end is not to be charged to this one.
                ServiceCheck.ByHttp($"service:{options.ServiceId}@{check.Authority}", new Uri(check, options.CheckPath), options.CheckInterval, options.CheckTimeout)
                    .TakingOutAfter(options.DeregisterAfter)
                    .PassingAtFirst(),
            ],
        };
    }

    private static void Require(bool holds, string key, object value, string cure)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"{DiscoveryOptions.Section}:{key} is {value}. It must be {cure}.");
        }
    }
}
