namespace XoeNovAi.Prober;

/// <summary>Where probes are sent from: the network of a process.</summary>
internal static class Source
{
    /// <summary>Knocks at all targets at once.</summary>
    public static Task<Answer[]> ProbeAsync(int processId, IReadOnlyList<Target> targets, TimeSpan patience)
    {
        var answers = new TaskCompletionSource<Answer[]>(TaskCreationOptions.RunContinuationsAsynchronously);

        // A thread of its own: which network a socket belongs to is decided by the thread that makes it.
        var thread = new Thread(() =>
        {
            try
            {
                NetworkNamespace.Enter(processId);
                var sent = Send(targets, patience);
                sent.ContinueWith(s => answers.TrySetFromTask(s), TaskScheduler.Default);
            }
            catch (Exception exception)
            {
                answers.TrySetException(exception);
            }
        });
        thread.Start();
        return answers.Task;
    }

    // Not async: all sockets are made before the first wait.
    private static Task<Answer[]> Send(IReadOnlyList<Target> targets, TimeSpan patience)
    {
        var deadline = new CancellationTokenSource(patience);
        var echo = new EchoProbe(targets.Count);
        var receiving = echo.ReceiveAsync(deadline.Token);
        var answers = targets.Select((target, number) => target.Protocol switch
        {
            Protocol.Tcp => TcpProbe.SendAsync(target, deadline.Token),
            Protocol.Udp => UdpProbe.SendAsync(target, deadline.Token),
            _ => echo.SendAsync(target, number, deadline.Token),
        }).ToList();
        return EndAsync(answers, echo, receiving, deadline);
    }

    private static async Task<Answer[]> EndAsync(List<Task<Answer>> answers, EchoProbe echo, Task receiving, CancellationTokenSource deadline)
    {
        var all = await Task.WhenAll(answers);
        await deadline.CancelAsync();
        await receiving;
        echo.Dispose();
        deadline.Dispose();
        return all;
    }
}
