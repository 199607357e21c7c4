namespace Aspire.Hosting.ApplicationModel;

/// <summary>How an HTTP command is shown and given.</summary>
public class HttpCommandOptions : CommandOptions
{
    /// <summary>Gives the endpoint that is asked; by default the first that speaks HTTP.</summary>
    public Func<EndpointReference>? EndpointSelector { get; set; }

    /// <summary>The client it is sent with; the unnamed one by default.</summary>
    public string? HttpClientName { get; set; }

    /// <summary>The method; POST by default.</summary>
    public HttpMethod? Method { get; set; }

    /// <summary>Changes the request before it is sent.</summary>
    public Func<HttpCommandRequestContext, Task>? PrepareRequest { get; set; }

    /// <summary>Makes the result of the answer; by default a success is a success.</summary>
    public Func<HttpCommandResultContext, Task<ExecuteCommandResult>>? GetCommandResult { get; set; }

    /// <summary>What is given back of the answer; nothing by default.</summary>
    public HttpCommandResultMode ResultMode { get; set; }
}
