using XoeNovAi.Hosting.Podman.Runs;

namespace XoeNovAi.AppHost.Certificates;

/// <summary>Where whoever asks has the certificate of the run's authority: containers and processes of the host each in a place of their own.</summary>
internal sealed class AuthorityFile : IValueProvider, IManifestExpressionProvider
{
    /// <summary>The folder of what has to do with TLS in a container.</summary>
    public const string Folder = "tls";

    /// <summary>The certificate in a container.</summary>
    public const string InContainer = $"/{Folder}/ca.crt";

    private readonly TaskCompletionSource<string> _onHost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AuthorityFile(IDistributedApplicationBuilder builder, RunCertificateAuthority authority)
        => builder.OnBeforeStart((started, _) =>
        {
            if (builder.ExecutionContext.IsRunMode)
            {
                _onHost.TrySetResult(authority.WriteTo(started.Services.GetRequiredService<PodmanRun>().FolderPath));
            }

            return Task.CompletedTask;
        });

    /// <inheritdoc />
    public string ValueExpression => InContainer;

    /// <inheritdoc />
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => await _onHost.Task.WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
        => context.Caller is ContainerResource ? ValueTask.FromResult<string?>(InContainer) : GetValueAsync(cancellationToken);
}
