namespace XoeNovAi.AppHost.Data.Redis;

/// <summary>Redis as two servers, of which Sentinels say who leads. Clients ask them.</summary>
/// <param name="name">Its name, and that of its connection string.</param>
/// <param name="password">What everybody of it is asked for.</param>
/// <param name="servers">The servers; the first leads at first.</param>
/// <param name="sentinels">The Sentinels.</param>
internal sealed class RedisServersResource(string name, ParameterResource password, IReadOnlyList<ContainerResource> servers, IReadOnlyList<ContainerResource> sentinels)
    : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    /// <summary>What the Sentinels call the servers together.</summary>
    public const string Service = "xnai";

    /// <summary>The endpoint of each.</summary>
    public const string Endpoint = "tcp";

    /// <summary>The servers; the first leads at first.</summary>
    public IReadOnlyList<ContainerResource> Servers { get; } = servers;

    /// <summary>The Sentinels.</summary>
    public IReadOnlyList<ContainerResource> Sentinels { get; } = sentinels;

    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression
    {
        get
        {
            var expression = new ReferenceExpressionBuilder();
            foreach (var sentinel in Sentinels)
            {
                expression.Append($"{AddressOf(sentinel)},");
            }

            expression.Append($"serviceName={Service},password={password},ssl=true");
            return expression.Build();
        }
    }

    /// <summary>One of them alone, as this machine sees it: a Sentinel would name servers that only containers find.</summary>
    public ReferenceExpression ConnectionStringOf(ContainerResource member) => ReferenceExpression.Create($"{AddressOf(member)},password={password},ssl=true");

    private static EndpointReferenceExpression AddressOf(ContainerResource member) => new EndpointReference(member, Endpoint).Property(EndpointProperty.HostAndPort);
}
