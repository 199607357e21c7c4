namespace XoeNovAi.ServiceDefaults.Streams;

/// <summary>A message of a Redis stream.</summary>
/// <param name="Stream">The stream it is on.</param>
/// <param name="Id">Its id there; a message that is delivered again has the same.</param>
/// <param name="Fields">What it says.</param>
public sealed record StreamMessage(string Stream, string Id, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>A field that must be there.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its value.</returns>
    /// <exception cref="InvalidStreamMessageException">It is missing.</exception>
    public string Required(string name) =>
        Fields.TryGetValue(name, out var value) ? value : throw new InvalidStreamMessageException($"Message {Id} on {Stream} has no field '{name}'.");

    /// <summary>A field that must be there and has a limit, as what is a key in a table needs.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="most">How many characters it may have.</param>
    /// <returns>Its value.</returns>
    /// <exception cref="InvalidStreamMessageException">It is missing, or longer.</exception>
    public string Required(string name, int most) =>
        Required(name) is { } value && value.Length <= most ? value : throw new InvalidStreamMessageException($"Message {Id} on {Stream}: '{name}' is longer than {most} characters.");
}
