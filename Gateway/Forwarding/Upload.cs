using Microsoft.AspNetCore.Http.Features;

namespace XoeNovAi.Gateway.Forwarding;

/// <summary>The body of one attempt to forward a request, on its way from the caller to an instance.</summary>
internal sealed class Upload : IDisposable
{
    /// <summary>The option of a request that holds it.</summary>
    public static readonly HttpRequestOptionsKey<Upload> Key = new("xnai.upload");

    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource<bool> _final = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long? _length;
    private long _taken;

    /// <param name="length">How long the caller says it is.</param>
    public Upload(long? length)
    {
        _length = length;
        Over = _over.Token;
    }

    /// <summary>Cancelled when nothing more is to be sent.</summary>
    public CancellationToken Over { get; }

    /// <summary>Whether the rest is not sent: the instance has answered without it.</summary>
    public bool IsOver => Over.IsCancellationRequested;

    /// <summary>Whether all of it has been sent.</summary>
    public bool IsSent { get; set; }

    /// <summary>Whether the answer has begun.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Whether the caller has given all it promised: whatever fails now, the caller is not slow, nor gone.</summary>
    public bool IsComplete => _taken == _length;

    /// <summary>How much of what the caller promised it has not given.</summary>
    public long Missing => _length is { } promised ? promised - _taken : 0;

    /// <summary>Whether a request comes with a body. Over HTTP/2 no header need say so, and a header that tells of a body's type is none.</summary>
    public static bool IsIn(HttpContext context) =>
        context.Request.ContentLength != 0 && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    /// <summary>Counts what is about to be sent.</summary>
    public void Take(int bytes) => _taken += bytes;

    /// <summary>Says whether the answer, not one that announces another, has begun to arrive; false if the connection ended before.</summary>
    public void SetFinal(bool arrived) => _final.TrySetResult(arrived);

    /// <summary>Waits until the answer begins to arrive or the connection ends.</summary>
    public Task<bool> FinalAsync() => _final.Task;

    /// <summary>Nothing more is to be sent.</summary>
    public void End()
    {
        try
        {
            _over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The caller has its answer, or has left.
        }
    }

    public void Dispose() => _over.Dispose();
}
