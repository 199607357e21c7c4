using System.IO.Hashing;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Chooses between two expressions by a value that is known only later.</summary>
internal sealed record ReferenceCondition(IValueProvider Value, string Match, ReferenceExpression WhenTrue, ReferenceExpression WhenFalse)
{
    private string ValueExpression => (Value as IManifestExpressionProvider)?.ValueExpression ?? Value.GetType().Name;

    /// <summary>What the chosen expression is called in a manifest, which cannot choose: equal conditions share it.</summary>
    public string ManifestName
    {
        get
        {
            var words = Value is IManifestExpressionProvider
                ? string.Concat(ValueExpression.Select(static c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries)
                : [];
            var hash = XxHash32.Hash(Encoding.UTF8.GetBytes($"{ValueExpression}{WhenTrue.ValueExpression}{WhenFalse.ValueExpression}{Match}"));
            return $"cond-{(words.Length == 0 ? "expr" : string.Join('-', words))}-{Convert.ToHexStringLower(hash)}";
        }
    }

    public async ValueTask<ReferenceExpression> ChooseAsync(ValueProviderContext context, CancellationToken cancellationToken)
        => string.Equals(await Value.GetValueAsync(context, cancellationToken).ConfigureAwait(false), Match, StringComparison.OrdinalIgnoreCase) ? WhenTrue : WhenFalse;
}
