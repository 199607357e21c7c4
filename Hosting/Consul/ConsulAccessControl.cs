namespace XoeNovAi.Hosting.Consul;

/// <summary>Who may do what in a Consul that denies by default.</summary>
internal sealed class ConsulAccessControl(ParameterResource managementToken) : IResourceAnnotation
{
    private readonly List<ConsulToken> _tokens = [];
    private readonly HashSet<ConsulIntention> _intentions = [];

    /// <summary>The secret of the token that may do everything.</summary>
    public ParameterResource ManagementToken { get; } = managementToken;

    /// <summary>The tokens of the services.</summary>
    public IReadOnlyList<ConsulToken> Tokens => _tokens;

    /// <summary>Who may call whom in the mesh.</summary>
    public IReadOnlyCollection<ConsulIntention> Intentions => _intentions;

    /// <summary>The token of a service, which is made when it is asked for first.</summary>
    public ConsulToken TokenOf(string service, Func<ParameterResource> create)
    {
        var existing = _tokens.Find(t => t.Service == service);
        if (existing is null)
        {
            existing = new(service, [], create());
            _tokens.Add(existing);
        }

        return existing;
    }

    /// <summary>Lets a service that has a token do more.</summary>
    public void AddRule(ConsulToken token, string rule)
    {
        if (!token.Rules.Contains(rule, StringComparer.Ordinal))
        {
            _tokens[_tokens.IndexOf(token)] = token with { Rules = [.. token.Rules, rule] };
        }
    }

    /// <summary>Lets a service call another in the mesh.</summary>
    public void Allow(ConsulIntention intention) => _intentions.Add(intention);
}
