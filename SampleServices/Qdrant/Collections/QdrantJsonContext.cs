using System.Text.Json.Serialization;

namespace XoeNovAi.Qdrant.Collections;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CreateCollection))]
[JsonSerializable(typeof(UpsertPoints))]
[JsonSerializable(typeof(SearchPoints))]
[JsonSerializable(typeof(Result<bool>))]
[JsonSerializable(typeof(Result<CollectionList>))]
[JsonSerializable(typeof(Result<CollectionInfo>))]
[JsonSerializable(typeof(Result<UpdateStatus>))]
[JsonSerializable(typeof(Result<IReadOnlyList<ScoredPoint>>))]
internal sealed partial class QdrantJsonContext : JsonSerializerContext;
