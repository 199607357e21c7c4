using System.Text.Json;
using System.Text.Json.Serialization;
using XoeNovAi.Consul.Access;
using XoeNovAi.Consul.Connect;
using XoeNovAi.Consul.Discovery;
using XoeNovAi.Consul.KeyValues;
using XoeNovAi.Consul.Leadership;
using XoeNovAi.Consul.Registration;

namespace XoeNovAi.Consul;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccessPolicy))]
[JsonSerializable(typeof(AccessToken))]
[JsonSerializable(typeof(ServiceRegistration))]
[JsonSerializable(typeof(RegisteredService))]
[JsonSerializable(typeof(CatalogRegistration))]
[JsonSerializable(typeof(CatalogDeregistration))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, IReadOnlyList<string>>))]
[JsonSerializable(typeof(IReadOnlyList<JsonElement>))]
[JsonSerializable(typeof(IReadOnlyList<HealthEntry>))]
[JsonSerializable(typeof(IReadOnlyList<KeyValueEntry>))]
[JsonSerializable(typeof(ServiceEntry))]
[JsonSerializable(typeof(Intention))]
[JsonSerializable(typeof(IntentionId))]
[JsonSerializable(typeof(ConnectRoots))]
[JsonSerializable(typeof(ConnectLeaf))]
[JsonSerializable(typeof(ConnectQuestion))]
[JsonSerializable(typeof(ConnectAuthorization))]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(SessionId))]
[JsonSerializable(typeof(IReadOnlyList<SessionInfo>))]
internal sealed partial class ConsulJsonContext : JsonSerializerContext;
