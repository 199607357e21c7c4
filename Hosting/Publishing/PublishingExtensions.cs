using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using XoeNovAi.Hosting.Publishing.Compose;
using XoeNovAi.Hosting.Publishing.Description;
using XoeNovAi.Hosting.Publishing.Kubernetes;
using XoeNovAi.Hosting.Publishing.Output;
using XoeNovAi.Hosting.Publishing.PodmanKube;
using XoeNovAi.Hosting.Publishing.Quadlet;

namespace XoeNovAi.Hosting.Publishing;

/// <summary>Publishes an application for engines beyond this machine.</summary>
public static class PublishingExtensions
{
    private const string PublisherSetting = "Publishing:Publisher";

    // Aspire's own.
    private static readonly string[] Others = ["manifest", "default"];

    /// <summary>
    /// Adds the publishers <c>podman-kube</c>, <c>kubernetes</c>, <c>quadlet</c> and <c>compose</c>. Each is a step of the pipeline,
    /// <c>publish-NAME</c>, that writes the folder NAME of the output; <c>aspire publish</c> runs all, <c>aspire do publish-NAME</c> or
    /// <c>--publisher NAME</c> one. When the application runs, nothing is changed.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <exception cref="DistributedApplicationException">The publisher that is asked for does not exist, or a setting of <c>Publishing</c> is none that engines take.</exception>
    public static IDistributedApplicationBuilder AddEnginePublishers(this IDistributedApplicationBuilder builder)
    {
        if (!builder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        IReadOnlyList<IEnginePublisher> publishers = [new PodmanKubePublisher(), new KubernetesPublisher(), new QuadletPublisher(), new ComposePublisher()];
        if (builder.Configuration[PublisherSetting] is { Length: > 0 } asked)
        {
            if (publishers.FirstOrDefault(p => p.Name == asked) is not null)
            {
                builder.Services.PostConfigure<PipelineOptions>(o => o.Step ??= StepOf(asked));
            }
            else if (!Others.Contains(asked, StringComparer.Ordinal))
            {
                throw new PublishingException($"There is no publisher '{asked}'. There are: {string.Join(", ", publishers.Select(static p => p.Name).Concat(Others))}.");
            }
        }

        var options = PublishingOptions.Read(builder.Configuration);
        foreach (var publisher in publishers)
        {
            builder.Pipeline.AddStep(StepOf(publisher.Name), context => PublishAsync(publisher, options, context), requiredBy: WellKnownPipelineSteps.Publish);
        }

        builder.Pipeline.AddPipelineConfiguration(CheckStepAsync);
        return builder;
    }

    // The pipeline refuses such a step as well, and the application ends as if it had gone well. It asks twice; once is enough to be told.
    private static async Task CheckStepAsync(PipelineConfigurationContext context)
    {
        var asked = context.Services.GetRequiredService<IOptions<PipelineOptions>>().Value.Step;
        if (asked is { Length: > 0 } && context.Steps.All(s => s.Name != asked) && Environment.ExitCode == 0)
        {
            Environment.ExitCode = 1;
            await Console.Error.WriteLineAsync($"There is no step '{asked}'. There are: {string.Join(", ", context.Steps.Select(static s => s.Name).Order(StringComparer.Ordinal))}.").ConfigureAwait(false);
        }
    }

    private static string StepOf(string publisher) => $"publish-{publisher}";

    private static async Task PublishAsync(IEnginePublisher publisher, PublishingOptions options, PipelineStepContext context)
    {
        try
        {
            var folder = Path.Combine(context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory(), publisher.Name);
            var application = options.ApplicationFor(context.Services.GetRequiredService<IHostEnvironment>().ApplicationName);
            var model = await new ModelReader(context.ExecutionContext, options, context.Services, TimeProvider.System).ReadAsync(context.Model, context.CancellationToken).ConfigureAwait(false);
            var secrets = SecretList.Of(model);
            List<OutputFile> files = [.. publisher.Translate(model, application), SecretList.FileOf(secrets), Readme.Of(publisher, model, secrets, application)];
            await OutputFolder.WriteAsync(folder, files, context.CancellationToken).ConfigureAwait(false);
            context.Logger.LogInformation("{Title}: '{Folder}'. Its README.md says which secrets to make.", publisher.Title, folder);
        }
        catch (DistributedApplicationException exception)
        {
            // The pipeline would show where in the code this happened, and the application would end as if it had gone well.
            Environment.ExitCode = 1;
            await Console.Error.WriteLineAsync($"Nothing is published for '{publisher.Name}': {exception.Message}").ConfigureAwait(false);
            await context.ReportingStep.CompleteAsync(exception.Message, CompletionState.CompletedWithError, context.CancellationToken).ConfigureAwait(false);
        }
    }
}
