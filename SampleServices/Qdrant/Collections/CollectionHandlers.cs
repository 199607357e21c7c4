using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using XoeNovAi.ServiceDefaults.Api;

namespace XoeNovAi.Qdrant.Collections;

/// <summary>The part of Qdrant's HTTP API the stack uses.</summary>
internal sealed class CollectionHandlers(CollectionStore store)
{
    private const int LongestName = 255;
    private const int LargestVector = 4096;
    private const int MostResults = 1000;

    public Task ListAsync(HttpContext context) =>
        AnswerAsync(context, new CollectionList([.. store.Names.Select(static name => new CollectionName(name))]), QdrantJsonContext.Default.ResultCollectionList);

    public async Task CreateAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, QdrantJsonContext.Default.CreateCollection);
        Require(body.Vectors.Size is > 0 and <= LargestVector, "vectors.size", $"a number from 1 to {LargestVector}");
        Require(body.Vectors.Distance == "Cosine", "vectors.distance", "Cosine, the only one this stand-in knows");
        if (!store.TryAdd(NameOf(context), new Collection(body.Vectors.Size)))
        {
            throw new ApiException(StatusCodes.Status409Conflict, "CONFLICT", "validation", "There is such a collection already.", "Use it, or another name.");
        }

        await AnswerAsync(context, true, QdrantJsonContext.Default.ResultBoolean);
    }

    public Task DescribeAsync(HttpContext context) =>
        AnswerAsync(context, new CollectionInfo("green", Find(context).Count), QdrantJsonContext.Default.ResultCollectionInfo);

    public async Task UpsertAsync(HttpContext context)
    {
        var collection = Find(context);
        var body = await RequestBody.ReadAsync(context, QdrantJsonContext.Default.UpsertPoints);

        // Null among the points is what no annotation keeps the serializer from.
        Require(body.Points.All(point => point is { Vector.Length: var length } && length == collection.Size), "points.vector", $"{collection.Size} numbers");
        foreach (var point in body.Points)
        {
            collection.Upsert(point);
        }

        await AnswerAsync(context, new UpdateStatus("completed"), QdrantJsonContext.Default.ResultUpdateStatus);
    }

    public async Task SearchAsync(HttpContext context)
    {
        var collection = Find(context);
        var body = await RequestBody.ReadAsync(context, QdrantJsonContext.Default.SearchPoints);
        Require(body.Vector.Length == collection.Size, "vector", $"{collection.Size} numbers");
        Require(body.Limit is > 0 and <= MostResults, "limit", $"a number from 1 to {MostResults}");
        await AnswerAsync(context, collection.Search(body), QdrantJsonContext.Default.ResultIReadOnlyListScoredPoint);
    }

    private static string NameOf(HttpContext context) => RequestBody.CheckText("name", context.GetRouteValue("name") as string, LongestName);

    private static void Require(bool holds, string field, string what)
    {
        if (!holds)
        {
            throw ApiException.Validation(field, $"'{field}' must be {what}.");
        }
    }

    private Collection Find(HttpContext context) => store.Find(NameOf(context)) ?? throw ApiException.NotFound("such collection");

    private static Task AnswerAsync<T>(HttpContext context, T value, JsonTypeInfo<Result<T>> type) =>
        context.Response.WriteAsJsonAsync(new Result<T>(value, 0), type, cancellationToken: context.RequestAborted);
}

internal sealed record CreateCollection
{
    public required VectorParameters Vectors { get; init; }
}

internal sealed record VectorParameters
{
    public required int Size { get; init; }

    public required string Distance { get; init; }
}

internal sealed record UpsertPoints
{
    public required Point[] Points { get; init; }
}

internal sealed record SearchPoints
{
    public required float[] Vector { get; init; }

    public required int Limit { get; init; }

    public double ScoreThreshold { get; init; } = -1;
}

/// <summary>What every answer is wrapped in.</summary>
internal sealed record Result<T>([property: JsonPropertyName("result")] T Value, double Time, string Status = "ok");

internal sealed record CollectionList(IReadOnlyList<CollectionName> Collections);

internal sealed record CollectionName(string Name);

internal sealed record CollectionInfo(string Status, int PointsCount);

internal sealed record UpdateStatus(string Status);

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
