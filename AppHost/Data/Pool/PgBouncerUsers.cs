using XoeNovAi.AppHost.Data.Postgres;

namespace XoeNovAi.AppHost.Data.Pool;

/// <summary>PgBouncer's list of who may connect: the services' role with its password, with which PgBouncer itself connects to the server.</summary>
internal sealed class PgBouncerUsers(ParameterResource password) : IValueProvider, IManifestExpressionProvider, IValueWithReferences
{
    /// <inheritdoc />
    public string ValueExpression => $"\"{ServiceRole.Name}\" \"{((IManifestExpressionProvider)password).ValueExpression}\"";

    // What is made of a secret is one.
    /// <inheritdoc />
    public IEnumerable<object> References => [password];

    /// <inheritdoc />
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
        => $"{Quoted(ServiceRole.Name)} {Quoted(await password.GetValueAsync(cancellationToken).ConfigureAwait(false))}";

    private static string Quoted(string? text) => $"\"{text?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
