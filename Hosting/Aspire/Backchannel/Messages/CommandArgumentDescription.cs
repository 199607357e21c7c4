namespace Aspire.Hosting.Backchannel;

/// <summary>What a command asks for.</summary>
internal sealed record CommandArgumentDescription
{
    public required string Name { get; init; }

    public string? Label { get; init; }

    public string? Description { get; init; }

    public bool EnableDescriptionMarkdown { get; init; }

    public required string InputType { get; init; }

    public bool Required { get; init; }

    public string? Placeholder { get; init; }

    public string? Value { get; init; }

    public Dictionary<string, string>? Options { get; init; }

    public bool AllowCustomChoice { get; init; }

    public bool Disabled { get; init; }

    public int? MaxLength { get; init; }

    public static CommandArgumentDescription Of(InteractionInput input)
        => new()
        {
            Name = input.Name,
            Label = input.Label,
            Description = input.Description,
            EnableDescriptionMarkdown = input.EnableDescriptionMarkdown,
            InputType = input.InputType.ToString(),
            Required = input.Required,
            Placeholder = input.Placeholder,
            Value = input.InputType == Hosting.InputType.SecretText ? null : input.Value,
            Options = input.Options?.ToDictionary(StringComparer.Ordinal),
            AllowCustomChoice = input.AllowCustomChoice,
            Disabled = input.Disabled,
            MaxLength = input.MaxLength,
        };
}
