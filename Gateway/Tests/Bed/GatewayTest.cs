namespace XoeNovAi.Gateway.Tests.Bed;

/// <summary>A test of a gateway with backends, none of which needs the stack.</summary>
public abstract class GatewayTest
{
    /// <summary>The context MSTest gives.</summary>
    public required TestContext TestContext { get; set; }

    /// <summary>Ends when the run is cancelled.</summary>
    protected CancellationToken Cancel => TestContext.CancellationToken;
}
