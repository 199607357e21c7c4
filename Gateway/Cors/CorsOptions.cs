namespace XoeNovAi.Gateway.Cors;

/// <summary>Which pages of other origins may read answers. None unless listed.</summary>
internal sealed class CorsOptions
{
    /// <summary>Origins such as <c>https://ui.example</c>, or <c>*</c> alone for all.</summary>
    public string[] Origins { get; set; } = [];

    public string[] Methods { get; set; } = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    public string[] Headers { get; set; } = ["Authorization", "Content-Type", "Idempotency-Key", "X-API-Key", "X-Request-ID"];

    public string[] ExposedHeaders { get; set; } = ["Retry-After", "X-Request-ID"];

    /// <summary>Whether cookies and credentials may be sent. Not together with <c>*</c>.</summary>
    public bool Credentials { get; set; }

    /// <summary>How long a browser may remember the answer to a preflight.</summary>
    public TimeSpan MaximumAge { get; set; } = TimeSpan.FromMinutes(10);
}
