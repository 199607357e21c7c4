namespace XoeNovAi.AppHost.Data.Pool;

/// <summary>PgBouncer's list of who may connect: the server's user with its password, with which PgBouncer itself connects to the server.</summary>
internal sealed class PgBouncerUsers(PostgresServerResource server) : IValueProvider, IManifestExpressionProvider, IValueWithReferences
{
    /// <inheritdoc />
    public string ValueExpression => $"\"{server.UserNameReference.ValueExpression}\" \"{((IManifestExpressionProvider)server.PasswordParameter).ValueExpression}\"";

    // What is made of a secret is one.
    /// <inheritdoc />
    public IEnumerable<object> References => [server.PasswordParameter];

    /// <inheritdoc />
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var user = await server.UserNameReference.GetValueAsync(cancellationToken).ConfigureAwait(false);
        var password = await server.PasswordParameter.GetValueAsync(cancellationToken).ConfigureAwait(false);
        return $"{Quoted(user)} {Quoted(password)}";
    }

    private static string Quoted(string? text) => $"\"{text?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
