using System.Text.Json.Serialization;

namespace XoeNovAi.ServiceDefaults.Consul;

[JsonSerializable(typeof(AgentServiceRegistration))]
[JsonSerializable(typeof(IReadOnlyList<ServiceEntry>))]
internal sealed partial class ConsulJsonContext : JsonSerializerContext;
