using System.Globalization;
using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A text made of literals and of values that may be known only later.</summary>
public class ReferenceExpression : IExpressionValue, IValueWithReferences
{
    /// <summary>The empty text.</summary>
    public static readonly ReferenceExpression Empty = new(string.Empty, [], [], []);

    internal ReferenceExpression(string format, IReadOnlyList<IValueProvider> valueProviders, IReadOnlyList<string> manifestExpressions, IReadOnlyList<string?> stringFormats)
    {
        Format = format;
        ValueProviders = valueProviders;
        ManifestExpressions = manifestExpressions;
        StringFormats = stringFormats;
    }

    private ReferenceExpression(ReferenceCondition choice)
        : this(string.Empty, [.. choice.WhenTrue.ValueProviders, .. choice.WhenFalse.ValueProviders], [], [])
        => Choice = choice;

    /// <summary>The text as a composite format: <c>{0}</c> stands for the first value.</summary>
    public string Format { get; }

    /// <summary>The values.</summary>
    public IReadOnlyList<IValueProvider> ValueProviders { get; }

    /// <summary>How a manifest refers to each of the values.</summary>
    public IReadOnlyList<string> ManifestExpressions { get; }

    /// <summary>How each value is encoded: null as it is, <c>uri</c> percent-encoded.</summary>
    public IReadOnlyList<string?> StringFormats { get; }

    /// <summary>Whether it is one of two expressions, which of them a value decides.</summary>
    public bool IsConditional => Choice is not null;

    /// <summary>The value that decides, if it is conditional.</summary>
    public IValueProvider? Condition => Choice?.Value;

    /// <summary>What the value is to be for <see cref="WhenTrue" />, in any case.</summary>
    public string? MatchValue => Choice?.Match;

    /// <summary>The expression when the value is as it is to be.</summary>
    public ReferenceExpression? WhenTrue => Choice?.WhenTrue;

    /// <summary>The expression when it is not.</summary>
    public ReferenceExpression? WhenFalse => Choice?.WhenFalse;

    /// <inheritdoc />
    public string ValueExpression => Choice is { } choice
        ? $"{{{choice.ManifestName}.connectionString}}"
        : string.Format(CultureInfo.InvariantCulture, Format, [.. ManifestExpressions]);

    internal ReferenceCondition? Choice { get; }

    IEnumerable<object> IValueWithReferences.References => Choice is { } choice ? [choice.Value, choice.WhenTrue, choice.WhenFalse] : ValueProviders;

    /// <summary>Makes an expression of an interpolated string.</summary>
    /// <param name="handler">The interpolated string.</param>
    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.Build();

    /// <summary>Makes an expression that is one of two; which of them shows when it is resolved.</summary>
    /// <param name="condition">The value that decides.</param>
    /// <param name="matchValue">What the value is to be, in any case.</param>
    /// <param name="whenTrue">The expression when it is so.</param>
    /// <param name="whenFalse">The expression when it is not.</param>
    public static ReferenceExpression CreateConditional(IValueProvider condition, string matchValue, ReferenceExpression whenTrue, ReferenceExpression whenFalse)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentException.ThrowIfNullOrEmpty(matchValue);
        ArgumentNullException.ThrowIfNull(whenTrue);
        ArgumentNullException.ThrowIfNull(whenFalse);
        return new(new ReferenceCondition(condition, matchValue, whenTrue, whenFalse));
    }

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken)
        => GetValueAsync(new ValueProviderContext(), cancellationToken);

    /// <inheritdoc cref="IValueProvider.GetValueAsync(ValueProviderContext, CancellationToken)" />
    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken)
    {
        if (Choice is { } choice)
        {
            var chosen = await choice.ChooseAsync(context, cancellationToken).ConfigureAwait(false);
            return await chosen.GetValueAsync(context, cancellationToken).ConfigureAwait(false);
        }

        // Nothing was said: that is no value, and not an empty one.
        if (Format.Length == 0)
        {
            return null;
        }

        // A lone value that is missing stays missing, so that an optional reference can be left out.
        if (Format == "{0}" && ValueProviders.Count == 1)
        {
            return Encode(await ValueProviders[0].GetValueAsync(context, cancellationToken).ConfigureAwait(false), StringFormats[0]);
        }

        var values = new object?[ValueProviders.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Encode(await ValueProviders[i].GetValueAsync(context, cancellationToken).ConfigureAwait(false), StringFormats[i]);
        }

        return string.Format(CultureInfo.InvariantCulture, Format, values);
    }

    internal static string? Encode(string? value, string? format)
        => (value, format) switch
        {
            (null, _) or (_, null) => value,
            _ when string.Equals(format, "uri", StringComparison.OrdinalIgnoreCase) => Uri.EscapeDataString(value),
            _ => throw new NotSupportedException($"'{format}' is not a format of reference expressions; 'uri' is."),
        };

    /// <summary>Takes an interpolated string apart.</summary>
    /// <param name="literalLength">The length of its literals.</param>
    /// <param name="formattedCount">The number of its holes.</param>
    [InterpolatedStringHandler]
    public ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        private readonly ReferenceExpressionBuilder _builder = new(literalLength, formattedCount);

        /// <summary>Adds a literal.</summary>
        /// <param name="value">The literal.</param>
        public readonly void AppendLiteral(string value) => _builder.AppendLiteral(value);

        /// <summary>Adds a literal.</summary>
        /// <param name="value">The literal.</param>
        public readonly void AppendFormatted(string? value) => _builder.AppendFormatted(value);

        /// <summary>Adds a literal, encoded.</summary>
        /// <param name="value">The literal.</param>
        /// <param name="format">How it is encoded.</param>
        public readonly void AppendFormatted(string? value, string? format = null) => _builder.AppendFormatted(value, format);

        /// <summary>Does not compile: an expression within one has no format of its own.</summary>
        /// <param name="valueProvider">The expression.</param>
        /// <param name="format">The format.</param>
        [Obsolete("Write the parts of the inner expression in its place; a format cannot hold for all of it.", error: true)]
        public readonly void AppendFormatted(ReferenceExpression valueProvider, string format) => throw new NotSupportedException($"An expression cannot be formatted as '{format}'.");

        /// <summary>Adds a value.</summary>
        /// <typeparam name="T">Its type.</typeparam>
        /// <param name="valueProvider">The value.</param>
        public readonly void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider
            => _builder.AppendFormatted(valueProvider);

        /// <summary>Adds a value, encoded.</summary>
        /// <typeparam name="T">Its type.</typeparam>
        /// <param name="valueProvider">The value.</param>
        /// <param name="format">How it is encoded.</param>
        public readonly void AppendFormatted<T>(T valueProvider, string? format = null)
            where T : IValueProvider, IManifestExpressionProvider
            => _builder.AppendFormatted(valueProvider, format);

        /// <summary>Adds a resource's value.</summary>
        /// <typeparam name="T">The resource's type.</typeparam>
        /// <param name="valueProvider">The resource's builder.</param>
        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider
            => _builder.AppendFormatted(valueProvider.Resource);

        /// <summary>Adds a resource's value, encoded.</summary>
        /// <typeparam name="T">The resource's type.</typeparam>
        /// <param name="valueProvider">The resource's builder.</param>
        /// <param name="format">How it is encoded.</param>
        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format = null)
            where T : IResource, IValueProvider, IManifestExpressionProvider
            => _builder.AppendFormatted(valueProvider.Resource, format);

        internal readonly ReferenceExpression Build() => _builder.Build();
    }
}
