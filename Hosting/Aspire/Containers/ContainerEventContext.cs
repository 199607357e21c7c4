using System.Text.Json.Serialization;

namespace Aspire.Hosting.Containers;

/// <summary>Reads events without reflection.</summary>
[JsonSerializable(typeof(ContainerEvent))]
internal sealed partial class ContainerEventContext : JsonSerializerContext;
