using System.Threading.Channels;
using Aspire.Hosting.Dashboard.Protocol;
using Grpc.Core;

namespace Aspire.Hosting.Dashboard;

/// <summary>Answers the dashboard out of a <see cref="IDashboardResourceSource"/>.</summary>
internal sealed class DashboardResourceService(IDashboardResourceSource source, IHostApplicationLifetime lifetime)
    : DashboardService.DashboardServiceBase
{
    // More than a screen at once, less than the 4 MB a gRPC message may have.
    private const int MaxLinesPerMessage = 500;

    /// <inheritdoc/>
    public override Task<ApplicationInformationResponse> GetApplicationInformation(ApplicationInformationRequest request, ServerCallContext context)
        => Task.FromResult(new ApplicationInformationResponse { ApplicationName = source.ApplicationName });

    /// <inheritdoc/>
    public override Task WatchResources(
        WatchResourcesRequest request,
        IServerStreamWriter<WatchResourcesUpdate> responseStream,
        ServerCallContext context)
        => UntilStoppedAsync(context, async cancellationToken =>
        {
            var subscription = source.Subscribe(cancellationToken);
            var initial = new InitialResourceData();
            initial.Resources.AddRange(subscription.Snapshot.Select(DashboardMessages.ToMessage));
            await responseStream.WriteAsync(new WatchResourcesUpdate { InitialData = initial }, cancellationToken).ConfigureAwait(false);

            while (await subscription.Changes.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                // What came while the last message was written goes into one: the slower the reader, the larger the batch.
                var changes = new WatchResourcesChanges();
                while (subscription.Changes.TryRead(out var change))
                {
                    changes.Value.Add(DashboardMessages.ToMessage(change));
                }

                await responseStream.WriteAsync(new WatchResourcesUpdate { Changes = changes }, cancellationToken).ConfigureAwait(false);
            }
        });

    /// <inheritdoc/>
    public override Task WatchResourceConsoleLogs(
        WatchResourceConsoleLogsRequest request,
        IServerStreamWriter<WatchResourceConsoleLogsUpdate> responseStream,
        ServerCallContext context)
        => UntilStoppedAsync(context, async cancellationToken =>
        {
            var lines = source.ReadLog(request.ResourceName, follow: !request.SuppressFollow, cancellationToken)
                ?? throw new RpcException(new Status(StatusCode.NotFound, $"There is no resource '{request.ResourceName}'."));
            while (await lines.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var update = new WatchResourceConsoleLogsUpdate();
                while (update.LogLines.Count < MaxLinesPerMessage && lines.TryRead(out var line))
                {
                    update.LogLines.Add(new ConsoleLogLine { LineNumber = line.Number, Text = line.Text, IsStdErr = line.IsError });
                }

                await responseStream.WriteAsync(update, cancellationToken).ConfigureAwait(false);
            }
        });

    /// <inheritdoc/>
    public override async Task<ResourceCommandResponse> ExecuteResourceCommand(ResourceCommandRequest request, ServerCallContext context)
    {
        var arguments = request.Arguments.ToDictionary(
            argument => argument.Key,
            argument => DashboardMessages.ToText(argument.Value),
            StringComparer.Ordinal);
        var result = await source.ExecuteCommandAsync(request.ResourceName, request.CommandName, arguments, context.CancellationToken).ConfigureAwait(false);
        var response = new ResourceCommandResponse
        {
            Kind = result.Outcome switch
            {
                DashboardCommandOutcome.Succeeded => ResourceCommandResponseKind.Succeeded,
                DashboardCommandOutcome.Canceled => ResourceCommandResponseKind.Cancelled,
                _ => ResourceCommandResponseKind.Failed,
            },
        };
        if (result.Message is { } message)
        {
            response.Message = message;
        }

        return response;
    }

    /// <summary>Nothing is ever asked of the user: the stream stays open and empty.</summary>
    public override Task WatchInteractions(
        IAsyncStreamReader<WatchInteractionsRequestUpdate> requestStream,
        IServerStreamWriter<WatchInteractionsResponseUpdate> responseStream,
        ServerCallContext context)
        => UntilStoppedAsync(context, async cancellationToken =>
        {
            while (await requestStream.MoveNext(cancellationToken).ConfigureAwait(false))
            {
            }
        });

    /// <inheritdoc/>
    public override Task<UploadFileResponse> UploadFile(IAsyncStreamReader<UploadFileChunk> requestStream, ServerCallContext context)
        => throw new RpcException(new Status(StatusCode.Unimplemented, "No resource asks for files."));

    /// <summary>Ends a stream when the caller leaves or the server stops; neither is a failure.</summary>
    private async Task UntilStoppedAsync(ServerCallContext context, Func<CancellationToken, Task> stream)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await stream(linked.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (linked.IsCancellationRequested && failure is OperationCanceledException or ChannelClosedException or IOException or InvalidOperationException)
        {
        }
    }
}
