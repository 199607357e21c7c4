namespace XoeNovAi.Hosting.Consul;

/// <summary>Who may do what in a Consul that denies by default.</summary>
internal sealed class ConsulAccessControl(ParameterResource managementToken) : IResourceAnnotation
{
    private readonly List<ConsulToken> _tokens = [];

    /// <summary>The secret of the token that may do everything.</summary>
    public ParameterResource ManagementToken { get; } = managementToken;

    /// <summary>The tokens of the services.</summary>
    public IReadOnlyList<ConsulToken> Tokens => _tokens;

    /// <summary>The token of a service, which is made when it is asked for first.</summary>
    public ConsulToken TokenOf(string service, Func<ParameterResource> create)
    {
        var existing = _tokens.Find(t => t.Service == service);
        if (existing is null)
        {
            existing = new(service, null, create());
            _tokens.Add(existing);
        }

        return existing;
    }

    /// <summary>Lets a service that has a token read the keys below a prefix.</summary>
    public void LetRead(ConsulToken token, string keyPrefix) => _tokens[_tokens.IndexOf(token)] = token with { KeyPrefix = keyPrefix };
}
