namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value given from outside, or generated.</summary>
/// <param name="name">The resource's name; its configuration key is <c>Parameters:{name}</c>.</param>
/// <param name="callback">Gives the value; it is called once.</param>
/// <param name="secret">Whether it must not be shown.</param>
public class ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false)
    : Resource(name), IExpressionValue
{
    private readonly Lock _lock = new();
    private string? _value;

    /// <summary>What it is when configuration does not say.</summary>
    public ParameterDefault? Default { get; set; }

    /// <summary>What it is for.</summary>
    public string? Description { get; set; }

    /// <summary>Whether the description is Markdown.</summary>
    public bool EnableDescriptionMarkdown { get; set; }

    /// <summary>Whether it must not be shown.</summary>
    public bool Secret { get; } = secret;

    /// <summary>Whether the value is a connection string.</summary>
    public bool IsConnectionString { get; set; }

    /// <summary>The value.</summary>
    /// <exception cref="MissingParameterValueException">There is none.</exception>
    [Obsolete("Use GetValueAsync, or hand the parameter itself over.")]
    public string Value => Resolved;

    internal string Resolved
    {
        get
        {
            lock (_lock)
            {
                return _value ??= callback(Default);
            }
        }
    }

    /// <inheritdoc />
    public string ValueExpression => $"{{{Name}.value}}";

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(Resolved);

    /// <summary>The value, which is the same wherever it is looked at from.</summary>
    /// <param name="context">The place.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken) => new(Resolved);
}
