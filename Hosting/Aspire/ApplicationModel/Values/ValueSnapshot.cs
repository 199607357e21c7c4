namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that is set once, and can be awaited.</summary>
/// <typeparam name="T">Its type.</typeparam>
public sealed class ValueSnapshot<T>
    where T : notnull
{
    private TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether it is set.</summary>
    public bool IsValueSet => _source.Task.IsCompletedSuccessfully;

    /// <summary>The value, once it is set.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<T> GetValueAsync(CancellationToken cancellationToken = default) => _source.Task.WaitAsync(cancellationToken);

    /// <summary>Sets the value; what was set before is replaced.</summary>
    /// <param name="value">The value.</param>
    public void SetValue(T value)
    {
        if (!_source.TrySetResult(value))
        {
            var next = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            next.SetResult(value);
            _source = next;
        }
    }

    /// <summary>Says that there will be no value.</summary>
    /// <param name="exception">Why.</param>
    public void SetException(Exception exception) => _source.TrySetException(exception);
}
