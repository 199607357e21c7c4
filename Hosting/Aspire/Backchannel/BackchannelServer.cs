using System.Net.Sockets;
using System.Text.Json;
using Aspire.Hosting.Execution;
using StreamJsonRpc;

namespace Aspire.Hosting.Backchannel;

/// <summary>
/// Lets the aspire command see and steer the running application, over sockets that only its user can open: one that
/// every command finds, and, when <c>aspire run</c> has started this AppHost, the one it waits for.
/// </summary>
internal sealed class BackchannelServer(AppHostLocation location, AppHostCalls calls, RunCalls runCalls, ApplicationRun run, IConfiguration configuration, ILogger<BackchannelServer> logger) : IHostedService, IAsyncDisposable
{
    private const string RunSocketKey = "ASPIRE_BACKCHANNEL_PATH";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly JsonSerializerOptions Camel = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true };
    private static readonly JsonSerializerOptions Pascal = new() { PropertyNameCaseInsensitive = true };
    private static readonly Task Never = new TaskCompletionSource().Task;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<(string Path, Socket Socket, Task Serving)> _listeners = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (location.ProjectPath is { } project)
        {
            BackchannelPaths.RemoveOrphans(project);
            var socket = BackchannelPaths.NewSocket(project);
            run.Begin(socket);
            Listen(socket, calls, Camel, Never);
        }

        if (configuration[RunSocketKey] is { Length: > 0 } runSocket)
        {
            Listen(runSocket, runCalls, Pascal, runCalls.Unanswerable);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var (path, socket, serving) in _listeners)
        {
            socket.Dispose();
            await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }

        _listeners.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void Listen(string path, object target, JsonSerializerOptions json, Task ended)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnly);
            File.Delete(path);
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen();
            _listeners.Add((path, socket, AcceptAsync(socket, target, json, ended)));
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The application runs all the same; only the command does not see it.
            logger.LogWarning("The aspire command cannot reach this AppHost by '{Path}': {Reason}", path, exception.Message);
        }
    }

    private async Task AcceptAsync(Socket listener, object target, JsonSerializerOptions json, Task ended)
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                open.RemoveAll(static t => t.IsCompleted);
                open.Add(ServeAsync(client, target, json, ended));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(Socket client, object target, JsonSerializerOptions json, Task ended)
    {
        var stream = new NetworkStream(client, ownsSocket: true);
        await using (stream.ConfigureAwait(false))
        {
            using var formatter = new SystemTextJsonFormatter { JsonSerializerOptions = json };
            using var handler = new HeaderDelimitedMessageHandler(stream, stream, formatter);
            using var rpc = new JsonRpc(handler, target) { CancelLocallyInvokedMethodsWhenConnectionIsClosed = true };
            rpc.StartListening();
            await ((Task)Task.WhenAny(rpc.Completion, ended)).WaitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
