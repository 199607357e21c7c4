using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Aspire.Hosting;

/// <summary>What was asked for together, by name.</summary>
[Experimental("ASPIREINTERACTION001")]
public sealed class InteractionInputCollection : IReadOnlyList<InteractionInput>
{
    private readonly IReadOnlyList<InteractionInput> _inputs;
    private readonly Dictionary<string, InteractionInput> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Creates the collection.</summary>
    /// <param name="inputs">What was asked for.</param>
    /// <exception cref="ArgumentException">A name is empty, or there twice.</exception>
    public InteractionInputCollection(IReadOnlyList<InteractionInput> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        _inputs = inputs;
        foreach (var input in inputs)
        {
            if (string.IsNullOrWhiteSpace(input.Name) || !_byName.TryAdd(input.Name, input))
            {
                throw new ArgumentException($"The input '{input.Name}' needs a name of its own.", nameof(inputs));
            }
        }
    }

    /// <inheritdoc />
    public int Count => _inputs.Count;

    /// <summary>The names.</summary>
    public IEnumerable<string> Names => _inputs.Select(static i => i.Name);

    /// <inheritdoc />
    public InteractionInput this[int index] => _inputs[index];

    /// <summary>The input of a name.</summary>
    /// <param name="name">The name, whatever its case.</param>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public InteractionInput this[string name] => _byName.TryGetValue(name, out var input) ? input : throw new KeyNotFoundException($"There is no input '{name}'.");

    /// <summary>Finds an input.</summary>
    /// <param name="name">The name, whatever its case.</param>
    /// <param name="input">The input, when there is one.</param>
    public bool TryGetByName(string name, [NotNullWhen(true)] out InteractionInput? input) => _byName.TryGetValue(name, out input);

    /// <summary>Whether there is an input of a name.</summary>
    /// <param name="name">The name, whatever its case.</param>
    public bool ContainsName(string name) => _byName.ContainsKey(name);

    /// <summary>An answer as text; null when there is none.</summary>
    /// <param name="name">The input.</param>
    public string? GetString(string name) => _byName.GetValueOrDefault(name)?.Value;

    /// <summary>An answer as yes or no.</summary>
    /// <param name="name">The input.</param>
    /// <exception cref="InvalidOperationException">It is neither.</exception>
    public bool GetBoolean(string name) => bool.TryParse(this[name].Value, out var value) ? value : throw NotA("yes or no", name);

    /// <summary>An answer as an integer.</summary>
    /// <param name="name">The input.</param>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public int GetInt32(string name) => int.TryParse(this[name].Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : throw NotA("an integer", name);

    /// <summary>An answer as a number.</summary>
    /// <param name="name">The input.</param>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public double GetDouble(string name) => double.TryParse(this[name].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw NotA("a number", name);

    /// <summary>The inputs.</summary>
    public InteractionInput[] ToArray() => [.. _inputs];

    /// <inheritdoc />
    public IEnumerator<InteractionInput> GetEnumerator() => _inputs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static InvalidOperationException NotA(string what, string name) => new($"The input '{name}' is not {what}.");
}
