using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Puts a <see cref="ReferenceExpression"/> together piece by piece.</summary>
public class ReferenceExpressionBuilder
{
    private readonly StringBuilder _format;
    private readonly List<IValueProvider> _valueProviders;
    private readonly List<string> _manifestExpressions = [];
    private readonly List<string?> _stringFormats = [];

    /// <summary>Creates an empty builder.</summary>
    public ReferenceExpressionBuilder()
        : this(0, 0)
    {
    }

    internal ReferenceExpressionBuilder(int literalLength, int formattedCount)
    {
        _format = new(literalLength + (3 * formattedCount));
        _valueProviders = new(formattedCount);
    }

    /// <summary>Whether nothing was added yet.</summary>
    public bool IsEmpty => _format.Length == 0;

    /// <summary>Adds an interpolated string.</summary>
    /// <param name="handler">The interpolated string.</param>
#pragma warning disable CA1822, IDE0060 // The handler has already written into this builder, which the compiler hands to it.
    public void Append([InterpolatedStringHandlerArgument("")] in ReferenceExpressionBuilderInterpolatedStringHandler handler)
    {
    }
#pragma warning restore CA1822, IDE0060

    /// <summary>Adds a literal.</summary>
    /// <param name="value">The literal.</param>
    public void AppendLiteral(string value)
        => _format.Append(value.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    /// <summary>Adds a literal.</summary>
    /// <param name="value">The literal.</param>
    public void AppendFormatted(string? value) => AppendLiteral(value ?? string.Empty);

    /// <summary>Adds a literal, encoded.</summary>
    /// <param name="value">The literal.</param>
    /// <param name="format">How it is encoded: <c>uri</c>.</param>
    public void AppendFormatted(string? value, string? format = null)
        => AppendLiteral(ReferenceExpression.Encode(value, format) ?? string.Empty);

    /// <summary>Does not compile: an expression within one has no format of its own.</summary>
    /// <param name="valueProvider">The expression.</param>
    /// <param name="format">The format.</param>
    [Obsolete("Write the parts of the inner expression in its place; a format cannot hold for all of it.", error: true)]
    public void AppendFormatted(ReferenceExpression valueProvider, string format) => throw new NotSupportedException($"An expression cannot be formatted as '{format}'.");

    /// <summary>Adds a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="valueProvider">The value.</param>
    public void AppendFormatted<T>(T valueProvider)
        where T : IValueProvider, IManifestExpressionProvider
        => AppendFormatted(valueProvider, null);

    /// <summary>Adds a value, encoded.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="valueProvider">The value.</param>
    /// <param name="format">How it is encoded: <c>uri</c>.</param>
    public void AppendFormatted<T>(T valueProvider, string? format)
        where T : IValueProvider, IManifestExpressionProvider
    {
        _format.Append(CultureInfo.InvariantCulture, $"{{{_valueProviders.Count}}}");
        _valueProviders.Add(valueProvider);
        _manifestExpressions.Add(valueProvider.ValueExpression);
        _stringFormats.Add(format);
    }

    /// <summary>Adds a value whose type is not known.</summary>
    /// <param name="valueProvider">The value: a text, or one that may be known only later.</param>
    /// <param name="format">How it is encoded: <c>uri</c>.</param>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public void AppendValueProvider(object valueProvider, string? format = null)
    {
        switch (valueProvider)
        {
            case string text:
                AppendFormatted(text, format);
                break;
            case IResourceBuilder<IResource> { Resource: IExpressionValue value }:
                AppendFormatted(value, format);
                break;
            case IExpressionValue value:
                AppendFormatted(value, format);
                break;
            default:
                throw new ArgumentException($"A '{valueProvider.GetType().Name}' cannot be a part of an expression.", nameof(valueProvider));
        }
    }

    /// <summary>The expression.</summary>
    public ReferenceExpression Build()
        => IsEmpty ? ReferenceExpression.Empty : new(_format.ToString(), [.. _valueProviders], [.. _manifestExpressions], [.. _stringFormats]);

    /// <summary>Takes an interpolated string apart.</summary>
    /// <param name="literalLength">The length of its literals.</param>
    /// <param name="formattedCount">The number of its holes.</param>
    /// <param name="builder">Where its pieces go.</param>
    [InterpolatedStringHandler]
#pragma warning disable CS9113 // The compiler hands the lengths to every handler.
    public ref struct ReferenceExpressionBuilderInterpolatedStringHandler(int literalLength, int formattedCount, ReferenceExpressionBuilder builder)
#pragma warning restore CS9113
    {
        /// <summary>Adds a literal.</summary>
        /// <param name="value">The literal.</param>
        public readonly void AppendLiteral(string value) => builder.AppendLiteral(value);

        /// <summary>Adds a literal.</summary>
        /// <param name="value">The literal.</param>
        public readonly void AppendFormatted(string? value) => builder.AppendFormatted(value);

        /// <summary>Adds a literal, encoded.</summary>
        /// <param name="value">The literal.</param>
        /// <param name="format">How it is encoded.</param>
        public readonly void AppendFormatted(string? value, string format) => builder.AppendFormatted(value, format);

        /// <summary>Adds a value.</summary>
        /// <typeparam name="T">Its type.</typeparam>
        /// <param name="valueProvider">The value.</param>
        public readonly void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider
            => builder.AppendFormatted(valueProvider);

        /// <summary>Adds a value, encoded.</summary>
        /// <typeparam name="T">Its type.</typeparam>
        /// <param name="valueProvider">The value.</param>
        /// <param name="format">How it is encoded.</param>
        public readonly void AppendFormatted<T>(T valueProvider, string? format)
            where T : IValueProvider, IManifestExpressionProvider
            => builder.AppendFormatted(valueProvider, format);

        /// <summary>Adds a resource's value.</summary>
        /// <typeparam name="T">The resource's type.</typeparam>
        /// <param name="valueProvider">The resource's builder.</param>
        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider
            => builder.AppendFormatted(valueProvider.Resource);

        /// <summary>Adds a resource's value, encoded.</summary>
        /// <typeparam name="T">The resource's type.</typeparam>
        /// <param name="valueProvider">The resource's builder.</param>
        /// <param name="format">How it is encoded.</param>
        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider, string? format)
            where T : IResource, IValueProvider, IManifestExpressionProvider
            => builder.AppendFormatted(valueProvider.Resource, format);
    }
}
