namespace XoeNovAi.Gateway.Cors;

/// <summary>A policy: which pages of other origins may read answers. None unless listed.</summary>
internal sealed class CorsOptions
{
    public static readonly string[] DefaultMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    public static readonly string[] DefaultHeaders = ["Authorization", "Content-Type", "Idempotency-Key", "X-API-Key", "X-Request-ID"];

    public static readonly string[] DefaultExposedHeaders = ["Retry-After", "X-Request-ID"];

    /// <summary>Origins such as <c>https://ui.example</c>, or <c>*</c> alone for all.</summary>
    public string[] Origins { get; set; } = [];

    /// <summary>The methods that may be used; null: <see cref="DefaultMethods"/>. The binder adds to an array that is there, and a list could then only grow.</summary>
    public string[]? Methods { get; set; }

    /// <summary>The headers that may be sent; null: <see cref="DefaultHeaders"/>.</summary>
    public string[]? Headers { get; set; }

    /// <summary>The headers of answers that may be read; null: <see cref="DefaultExposedHeaders"/>.</summary>
    public string[]? ExposedHeaders { get; set; }

    /// <summary>Whether cookies and credentials may be sent. Not together with <c>*</c>.</summary>
    public bool Credentials { get; set; }

    /// <summary>How long a browser may remember the answer to a preflight.</summary>
    public TimeSpan MaximumAge { get; set; } = TimeSpan.FromMinutes(10);
}
