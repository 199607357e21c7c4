using System.Text.Json;
using System.Text.Json.Serialization;

namespace XoeNovAi.ServiceDefaults.Consul;

[JsonSerializable(typeof(AgentServiceRegistration))]
[JsonSerializable(typeof(IReadOnlyList<JsonElement>))]
[JsonSerializable(typeof(ServiceEntry))]
internal sealed partial class ConsulJsonContext : JsonSerializerContext;
