namespace XoeNovAi.Gateway.Clients;

internal sealed class ClientOptions
{
    /// <summary>Addresses and subnets of proxies whose <c>X-Forwarded-*</c> are believed; nobody's by default.</summary>
    public string[] TrustedProxies { get; set; } = [];
}
