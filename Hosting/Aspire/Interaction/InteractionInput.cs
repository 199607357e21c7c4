using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting;

/// <summary>Something asked for, and the answer.</summary>
[Experimental("ASPIREINTERACTION001")]
public sealed class InteractionInput
{
    /// <summary>Its name, unique among those asked together.</summary>
    public required string Name { get; init; }

    /// <summary>What is shown; the name by default.</summary>
    public string? Label { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Whether the description is Markdown.</summary>
    public bool EnableDescriptionMarkdown { get; init; }

    /// <summary>What is asked for.</summary>
    public required InputType InputType { get; init; }

    /// <summary>Whether there must be an answer.</summary>
    public bool Required { get; init; }

    /// <summary>What can be chosen: values and what is shown for them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Options { get; set; }

    /// <summary>The answer, or what stands there before it.</summary>
    public string? Value { get; set; }

    /// <summary>What is shown while there is no answer.</summary>
    public string? Placeholder { get; init; }

    /// <summary>Whether something else than what is offered can be chosen.</summary>
    public bool AllowCustomChoice { get; init; }

    /// <summary>Whether it cannot be answered now.</summary>
    public bool Disabled { get; set; }

    /// <summary>The most characters of the answer.</summary>
    public int? MaxLength { get; init; }
}
