namespace XoeNovAi.Hosting.Publishing.Description;

/// <summary>A part of a value.</summary>
internal abstract record ValuePart;

/// <summary>Text that may be written out.</summary>
internal sealed record TextPart(string Text) : ValuePart;

/// <summary>A secret, which is referred to and never written out.</summary>
/// <param name="Parameter">The parameter that has it.</param>
/// <param name="UriEncoded">Whether it is percent-encoded here.</param>
internal sealed record SecretPart(string Parameter, bool UriEncoded) : ValuePart
{
    /// <summary>What stands for it in a template: <c>${postgres_password}</c>.</summary>
    public string Variable => $"{Parameter.Replace('-', '_')}{(UriEncoded ? "_uri_encoded" : string.Empty)}";
}

/// <summary>The subnet of a declared network.</summary>
/// <param name="Network">The network.</param>
/// <param name="Otherwise">What is said where networks have none; null when there is nothing to say instead.</param>
internal sealed record SubnetPart(string Network, string? Otherwise) : ValuePart;

/// <summary>The value of an environment variable or an argument, of which some parts may be known only where it is deployed.</summary>
/// <param name="Parts">Its parts.</param>
internal sealed record Value(IReadOnlyList<ValuePart> Parts)
{
    /// <summary>Whether it is, or is made of, a secret.</summary>
    public bool IsSecret => Parts.Any(static p => p is SecretPart);

    /// <summary>Its text, with something in the place of secrets and subnets.</summary>
    /// <param name="secret">What stands for a secret.</param>
    /// <param name="subnet">The subnet of a network.</param>
    public string Render(Func<SecretPart, string> secret, Func<SubnetPart, string> subnet)
        => string.Concat(Parts.Select(p => p switch
        {
            SecretPart s => secret(s),
            SubnetPart s => subnet(s),
            TextPart t => t.Text,
            _ => string.Empty,
        }));

    /// <summary>The same with a placeholder for each secret.</summary>
    /// <param name="subnet">The subnet of a network.</param>
    public string Template(Func<SubnetPart, string> subnet) => Render(static s => $"${{{s.Variable}}}", subnet);
}
