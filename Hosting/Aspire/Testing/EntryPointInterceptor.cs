using System.Reflection;

namespace Aspire.Hosting.Testing;

/// <summary>
/// Runs an AppHost's entry point on a thread of its own and holds it where it builds: the test gets the builder,
/// with the whole model in it, and then the application; the entry point's Run returns when the test is done.
/// </summary>
internal sealed class EntryPointInterceptor(Assembly assembly, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder) : ApplicationInterceptor
{
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _builder = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _application = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayBuild = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayReturn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _returned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Called on the entry point's thread before its Build goes on.</summary>
    public Action<DistributedApplicationBuilder> Building { get; init; } = static _ => { };

    /// <summary>Called on the entry point's thread when its builder exists.</summary>
    public Action<DistributedApplicationBuilder> Created { get; init; } = static _ => { };

    /// <summary>Runs the entry point up to its Build.</summary>
    public Task<DistributedApplicationBuilder> StartAsync(CancellationToken cancellationToken)
    {
        var thread = new Thread(RunEntryPoint) { IsBackground = true, Name = $"{assembly.GetName().Name} entry point" };
        thread.Start();
        return _builder.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets the entry point build.</summary>
    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _mayBuild.TrySetResult();
        return _application.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets the entry point go on to its end, and waits for that.</summary>
    public async Task EndAsync()
    {
        var failure = new ObjectDisposedException(nameof(IDistributedApplicationTestingBuilder), "The test ended before the application was built.");
        _mayBuild.TrySetException(failure);
        _mayReturn.TrySetResult();
        await _returned.Task.ConfigureAwait(false);
    }

    public override void BeforeBuilder(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.AssemblyName ??= assembly.GetName().Name;
        TestingDefaults.Apply(options, settings);

        // Most AppHosts hand the command line on themselves; it counts for those that do not, too.
        options.Args = options.Args is { } given && given.SequenceEqual(args) ? given : [.. args, .. options.Args ?? []];
        configureBuilder(options, settings);
    }

    public override void AfterBuilder(DistributedApplicationBuilder builder) => Created(builder);

    public override void BeforeBuild(DistributedApplicationBuilder builder)
    {
        Building(builder);
        _builder.TrySetResult(builder);

        // The entry point's thread is its own: nothing else waits for it.
        _mayBuild.Task.GetAwaiter().GetResult();
    }

    public override void AfterBuild(DistributedApplication application) => _application.TrySetResult(application);

    public override Task RunAsync(CancellationToken cancellationToken) => _mayReturn.Task.WaitAsync(cancellationToken);

    private void RunEntryPoint()
    {
        Current = this;
        try
        {
            var entryPoint = assembly.EntryPoint ?? throw new InvalidOperationException($"Assembly '{assembly.GetName().Name}' has no entry point.");
            object?[] arguments = entryPoint.GetParameters().Length == 0 ? [] : [args];
            if (entryPoint.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null) is Task task)
            {
                task.GetAwaiter().GetResult();
            }

            Fail(new InvalidOperationException($"The entry point of '{assembly.GetName().Name}' ended without building an application. It must call DistributedApplication.CreateBuilder and Build."));
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
        finally
        {
            _returned.TrySetResult();
        }
    }

    private void Fail(Exception exception)
    {
        _builder.TrySetException(exception);
        _application.TrySetException(exception);
    }
}
