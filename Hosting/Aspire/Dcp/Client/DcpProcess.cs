using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Aspire.Hosting.Dcp.Client;

/// <summary>
/// A running DCP: started for this process, stopped with it. It lives in a session of its own, so Ctrl+C at the
/// terminal reaches us and not DCP, and it cleans up by itself when this process is killed.
/// </summary>
internal sealed class DcpProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DcpProcessOptions _options;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _exited;
    private bool _stopped;

    private DcpProcess(Process process, DcpProcessOptions options, TaskCompletionSource exited, DcpClient client, TimeProvider time)
    {
        _process = process;
        _options = options;
        _exited = exited;
        _time = time;
        Client = client;
        ProcessId = process.Id;
    }

    /// <summary>The API of this DCP.</summary>
    public DcpClient Client { get; }

    /// <summary>Process id, process group and session of DCP. Its controllers and their watchers are in another session.</summary>
    public int ProcessId { get; }

    /// <summary>Completes when DCP has ended, for whatever reason.</summary>
    public Task Exited => _exited.Task;

    /// <summary>DCP's log.</summary>
    public string LogPath => LogPathOf(_options);

    /// <summary>Starts DCP and returns when its API answers.</summary>
    /// <exception cref="DcpException">It is missing, ended at once, or did not answer in time; the message has its last lines.</exception>
    public static async Task<DcpProcess> StartAsync(DcpProcessOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!File.Exists(options.DcpPath))
        {
            throw new DcpException($"DCP is not at '{options.DcpPath}'. Run eng/setup, which fetches it.");
        }

        var kubeconfigPath = Path.Combine(options.SessionFolder, "kubeconfig");
        var certificatePath = Path.Combine(options.SessionFolder, "dcp.crt");
        var keyPath = Path.Combine(options.SessionFolder, "dcp.key");
        var dcpFolder = Path.Combine(options.SessionFolder, "dcp");
        Directory.CreateDirectory(dcpFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // DCP's own certificate is RSA and takes seconds to make; this takes milliseconds.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = CreateCertificate(key, time.GetUtcNow());
        await File.WriteAllTextAsync(certificatePath, certificate.ExportCertificatePem(), cancellationToken).ConfigureAwait(false);
        await WritePrivateAsync(keyPath, key.ExportPkcs8PrivateKeyPem(), cancellationToken).ConfigureAwait(false);

        using var watcher = new KubeconfigWatcher(options.SessionFolder, Path.GetFileName(kubeconfigPath));
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = StartInfo(options, kubeconfigPath, certificatePath, keyPath, dcpFolder), EnableRaisingEvents = true };
        process.Exited += (_, _) => exited.TrySetResult();
        DcpClient? client = null;
        using var deadline = new CancellationTokenSource(options.StartTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            process.Start();
            var kubeconfig = watcher.ReadAsync(linked.Token);
            if (await Task.WhenAny(kubeconfig, exited.Task).ConfigureAwait(false) == exited.Task)
            {
                throw Failed($"DCP ended at once with exit code {process.ExitCode}");
            }

            client = new DcpClient(await kubeconfig.ConfigureAwait(false), certificate);
            // The socket listens before the file is written: this request waits in its queue until DCP serves it.
            await client.GetExecutionAsync(linked.Token).ConfigureAwait(false);
            File.Delete(keyPath);
            return new DcpProcess(process, options, exited, client, time);
        }
        catch (Exception failure)
        {
            client?.Dispose();
            Kill(process);
            process.Dispose();
            throw failure switch
            {
                OperationCanceledException when deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested
                    => Failed($"DCP did not answer within {options.StartTimeout.TotalSeconds:0} s"),
                DcpException or OperationCanceledException => failure,
                _ => new DcpException($"DCP could not be started: {failure.Message}", failure),
            };
        }

        DcpException Failed(string what) => new($"{what}. Log '{LogPathOf(options)}':{System.Environment.NewLine}{Tail(LogPathOf(options))}");
    }

    /// <summary>Stops DCP, by default after it has removed what it made, and returns when it has ended.</summary>
    /// <param name="cleanUp">False leaves containers and processes as they are (they were removed before, or are meant to stay).</param>
    /// <param name="cancellationToken">Kills DCP at once.</param>
    public async Task StopAsync(bool cleanUp, CancellationToken cancellationToken)
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        using var deadline = new CancellationTokenSource(_options.StopTimeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            if (!_exited.Task.IsCompleted)
            {
                await Client.SetExecutionAsync(
                    new DcpExecution { Status = DcpExecutionStatus.Stopping, ShutdownResourceCleanup = cleanUp ? "Full" : "None" },
                    linked.Token).ConfigureAwait(false);
                await _exited.Task.WaitAsync(linked.Token).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or DcpException)
        {
            Kill(_process);
        }
    }

    /// <summary>What went wrong last, for an error message.</summary>
    public string LogTail() => Tail(LogPath);

    /// <summary>Asks DCP whether the container runtime works; null when it does, else a sentence saying what is wrong.</summary>
    public async Task<string?> DescribeRuntimeProblemAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(_options.DcpPath)
        {
            ArgumentList = { "info", "--container-runtime", _options.ContainerRuntime },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        SetPath(start, _options);
        using var info = Process.Start(start) ?? throw new DcpException($"'{_options.DcpPath}' could not be started.");
        var errors = info.StandardError.ReadToEndAsync(cancellationToken);
        var output = await info.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await info.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return DcpRuntimeInfo.Problem(output, await errors.ConfigureAwait(false), _options.ContainerRuntime);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(cleanUp: true, CancellationToken.None).ConfigureAwait(false);
        Client.Dispose();
        _process.Dispose();
    }

    private static string LogPathOf(DcpProcessOptions options) => Path.Combine(options.SessionFolder, "dcp.log");

    private static ProcessStartInfo StartInfo(DcpProcessOptions options, string kubeconfig, string certificate, string key, string dcpFolder)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            // Output goes to a file and not to a pipe of ours: a write to a pipe without reader would kill DCP
            // (SIGPIPE) just when it has to clean up after us.
            ArgumentList =
            {
                "-c", "exec setsid \"$@\" >\"$DCP_LOG\" 2>&1 </dev/null", "dcp",
                options.DcpPath, "start-apiserver",
                "--monitor", options.MonitoredProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture),
                "--monitor-interval", "1",
                "--kubeconfig", kubeconfig,
                "--container-runtime", options.ContainerRuntime,
                "--tls-cert-file", certificate,
                "--tls-key-file", key,
                "-v", options.Verbosity,
            },
            WorkingDirectory = options.SessionFolder,
        };
        SetPath(start, options);
        foreach (var (name, value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["DCP_LOG"] = LogPathOf(options);
        start.Environment["DCP_SESSION_FOLDER"] = dcpFolder;
        return start;
    }

    private static void SetPath(ProcessStartInfo start, DcpProcessOptions options)
    {
        if (options.RuntimeFolder is { } folder)
        {
            start.Environment["PATH"] = folder + Path.PathSeparator + System.Environment.GetEnvironmentVariable("PATH");
        }
    }

    private static X509Certificate2 CreateCertificate(ECDsa key, DateTimeOffset now)
    {
        var request = new CertificateRequest("CN=dcp", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        // DCP listens on the first address named here.
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        return request.CreateSelfSigned(now.AddHours(-1), now.AddYears(1));
    }

    private static async Task WritePrivateAsync(string path, string text, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await using var writer = new StreamWriter(file);
        await writer.WriteAsync(text.AsMemory(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Kills DCP alone: its watchers, left alive, remove its containers and processes within seconds.</summary>
    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It never started, or has ended.
        }
    }

    private static string Tail(string path)
    {
        const int Lines = 10;
        return File.Exists(path) ? string.Join(System.Environment.NewLine, File.ReadLines(path).TakeLast(Lines)) : "(no log)";
    }
}
