namespace Aspire.Hosting.ApplicationModel;

/// <summary>What an HTTP command gives back of the answer.</summary>
public enum HttpCommandResultMode
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The answer's body, as what its content type says.</summary>
    Auto = 1,

    /// <summary>The answer's body, as JSON.</summary>
    Json = 2,

    /// <summary>The answer's body, as text.</summary>
    Text = 3,
}
