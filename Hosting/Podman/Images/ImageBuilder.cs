using System.Text.RegularExpressions;
using XoeNovAi.Hosting.Podman.Model;
using XoeNovAi.Hosting.Podman.Runs;
using XoeNovAi.Hosting.Podman.Setup;

namespace XoeNovAi.Hosting.Podman.Images;

/// <summary>Makes the images of containers that have a Dockerfile, where anything they are made of has changed.</summary>
internal sealed partial class ImageBuilder(PodmanCli podman, PodmanRun run, PersistentOwner persistentOwner, DistributedApplicationExecutionContext executionContext, IServiceProvider services)
{
    private const string ContentLabel = "io.xoe-novai.content";
    private const string OwnerLabel = "io.xoe-novai.image-of";
    private const int LastLines = 10;
    private static readonly string[] IgnoreFiles = [".containerignore", ".dockerignore"];

    /// <summary>The name of the resource's image, which is there when this returns.</summary>
    /// <param name="resource">The container.</param>
    /// <param name="build">What its image is made of.</param>
    /// <param name="log">The resource's log, which gets what the build says.</param>
    /// <param name="building">Told before a build begins; not called when the image is there.</param>
    /// <param name="cancellationToken">Ends the build.</param>
    public async Task<string> EnsureAsync(IResource resource, DockerfileBuildAnnotation build, ILogger log, Func<Task> building, CancellationToken cancellationToken)
    {
        var image = NameOf(resource);
        if (!Directory.Exists(build.ContextPath))
        {
            throw new DistributedApplicationException($"The folder '{build.ContextPath}', of which the image of '{resource.Name}' is built, does not exist.");
        }

        var dockerfile = await DockerfileAsync(resource, build, cancellationToken).ConfigureAwait(false);
        var context = BuildContext.Read(build.ContextPath, dockerfile, IgnoreContentOf(build));
        var arguments = await BuildArgumentsAsync(resource, build, cancellationToken).ConfigureAwait(false);
        var stored = await StoredImagesAsync(cancellationToken).ConfigureAwait(false);
        var content = await context.HashAsync([build.Stage ?? string.Empty, .. arguments, .. BasesOf(dockerfile, arguments, stored)], cancellationToken).ConfigureAwait(false);

        // By its owner and not by its name: Aspire gives it another tag each time.
        var previous = stored.Where(i => i.Owner == persistentOwner.NameOf(resource)).ToList();
        if (previous.Find(i => i.Content == content && !i.Name.StartsWith('<')) is { } same)
        {
            return same.Name;
        }

        await building().ConfigureAwait(false);
        await BuildAsync(resource, build, image, content, context, arguments, log, cancellationToken).ConfigureAwait(false);
        foreach (var outdated in previous)
        {
            // Where a container still runs on it, it stays.
            await podman.TryRunAsync(["rmi", outdated.Id], cancellationToken).ConfigureAwait(false);
        }

        return image;
    }

    // Podman gives an image without a registry that of this machine.
    private static string NameOf(IResource resource)
    {
        var name = resource.Annotations.OfType<PodmanImageAnnotation>().Last().Name;
        return name.IndexOf('/', StringComparison.Ordinal) is var end and > 0 && (name[..end] == "localhost" || name.AsSpan(0, end).IndexOfAny('.', ':') >= 0) ? name : $"localhost/{name}";
    }

    private static string IgnoreContentOf(DockerfileBuildAnnotation build)
        => build.BuildContextIgnoreContent
            ?? IgnoreFiles.Select(f => Path.Combine(build.ContextPath, f)).Prepend($"{build.DockerfilePath}.dockerignore").Where(File.Exists).Select(File.ReadAllText).FirstOrDefault()
            ?? string.Empty;

    // The images a Dockerfile starts from, as they are now: another one of the same name makes another image.
    private static IEnumerable<string> BasesOf(string dockerfile, IEnumerable<string> arguments, IReadOnlyList<StoredImage> stored)
    {
        var values = ArgumentLine().Matches(dockerfile).Select(static m => (Name: m.Groups["name"].Value, Value: m.Groups["value"].Value))
            .Concat(arguments.Select(static a => a.Split('=', 2)).Select(static a => (Name: a[0], Value: a[1])))
            .ToList();
        foreach (Match line in FromLine().Matches(dockerfile))
        {
            var name = values.Aggregate(line.Groups["image"].Value, static (text, v) => text.Replace($"${{{v.Name}}}", v.Value, StringComparison.Ordinal).Replace($"${v.Name}", v.Value, StringComparison.Ordinal));
            var tagged = name.LastIndexOf(':') > name.LastIndexOf('/') || name.Contains('@', StringComparison.Ordinal) ? name : $"{name}:latest";
            if (stored.FirstOrDefault(i => i.Name == tagged || i.Name == $"localhost/{tagged}" || i.Name == $"docker.io/library/{tagged}" || i.Name == $"docker.io/{tagged}") is { } found)
            {
                yield return found.Id;
            }
        }
    }

    private async Task<string> DockerfileAsync(IResource resource, DockerfileBuildAnnotation build, CancellationToken cancellationToken)
    {
        if (build.DockerfileFactory is { } factory)
        {
            return await factory(new() { Services = services, Resource = resource, CancellationToken = cancellationToken }).ConfigureAwait(false);
        }

        return File.Exists(build.DockerfilePath)
            ? await File.ReadAllTextAsync(build.DockerfilePath, cancellationToken).ConfigureAwait(false)
            : throw new DistributedApplicationException($"'{build.DockerfilePath}', of which the image of '{resource.Name}' is built, does not exist. Say where it is with WithDockerfile.");
    }

    private async Task<List<string>> BuildArgumentsAsync(IResource resource, DockerfileBuildAnnotation build, CancellationToken cancellationToken)
    {
        var arguments = new List<string>();
        foreach (var (name, given) in build.BuildArguments)
        {
            var value = given switch
            {
                null => Environment.GetEnvironmentVariable(name),
                bool flag => flag ? "true" : "false",
                _ => await new ContainerValues(resource, executionContext).ResolveAsync(given, cancellationToken).ConfigureAwait(false),
            };
            if (value is not null)
            {
                arguments.Add($"{name}={value}");
            }
        }

        return arguments;
    }

    private async Task BuildAsync(IResource resource, DockerfileBuildAnnotation build, string image, string content, BuildContext context, IEnumerable<string> arguments, ILogger log, CancellationToken cancellationToken)
    {
        var secrets = new List<string>();
        try
        {
            var options = new List<string>();
            foreach (var (id, given) in build.BuildSecrets)
            {
                var file = given is FileInfo existing ? await StageSecretAsync(id, await File.ReadAllTextAsync(existing.FullName, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false) : await WriteSecretAsync(id, given).ConfigureAwait(false);
                options.AddRange(["--secret", $"id={id},src={file}"]);
            }

            options.AddRange(arguments.SelectMany(static a => (string[])["--build-arg", a]));
            options.AddRange(build.Stage is { } stage ? ["--target", stage] : []);
            options.Add(PullOptionOf(resource));
            var last = new Queue<string>();
            var exitCode = await podman.RunAsync(
                ["build", "--tag", image, "--label", $"{ContentLabel}={content}", "--label", $"{OwnerLabel}={persistentOwner.NameOf(resource)}", .. options, "--file", BuildContext.DockerfileName, "-"],
                context.WriteAsync,
                line =>
                {
                    log.LogInformation("{Line}", line);
                    last.Enqueue(line);
                    if (last.Count > LastLines)
                    {
                        last.Dequeue();
                    }
                },
                cancellationToken).ConfigureAwait(false);
            if (exitCode != 0)
            {
                throw new DistributedApplicationException($"The image of '{resource.Name}' could not be built of '{build.DockerfilePath}' (exit code {exitCode}). Its last lines:{Environment.NewLine}{string.Join(Environment.NewLine, last)}");
            }
        }
        finally
        {
            secrets.ForEach(File.Delete);
        }

        async Task<string> WriteSecretAsync(string id, object given)
        {
            var value = await new ContainerValues(resource, executionContext).ResolveAsync(given, cancellationToken).ConfigureAwait(false)
                ?? throw new DistributedApplicationException($"The build secret '{id}' of '{resource.Name}' has no value.");
            return await StageSecretAsync(id, value).ConfigureAwait(false);
        }

        // Podman's user need not be able to read it where it is.
        async Task<string> StageSecretAsync(string id, string value)
        {
            var path = await run.Folder.WriteSecretAsync($"{resource.Name}-{secrets.Count}-{id}.secret", value, cancellationToken).ConfigureAwait(false);
            secrets.Add(path);
            return path;
        }
    }

    private static string PullOptionOf(IResource resource)
        => (resource.TryGetLastAnnotation<ContainerImagePullPolicyAnnotation>(out var policy) ? policy.ImagePullPolicy : ImagePullPolicy.Default) switch
        {
            ImagePullPolicy.Always => "--pull-always",
            ImagePullPolicy.Never => "--pull-never",
            // Podman's word for "where it is missing".
            _ => "--pull=false",
        };

    private async Task<List<StoredImage>> StoredImagesAsync(CancellationToken cancellationToken)
    {
        var listed = await podman.RunAsync(["images", "--no-trunc", "--format", $"{{{{.ID}}}} {{{{.Repository}}}}:{{{{.Tag}}}} {{{{index .Labels \"{ContentLabel}\"}}}} {{{{index .Labels \"{OwnerLabel}\"}}}}"], cancellationToken).ConfigureAwait(false);
        return [.. listed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static line => line.Split(' '))
            .Select(static parts => new StoredImage(parts[0].Replace("sha256:", string.Empty, StringComparison.Ordinal), parts[1], parts.ElementAtOrDefault(2), parts.ElementAtOrDefault(3)))];
    }

    [GeneratedRegex(@"^\s*FROM\s+(?:--\S+\s+)*(?<image>\S+)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex FromLine();

    [GeneratedRegex(@"^\s*ARG\s+(?<name>\w+)=""?(?<value>[^""\s]*)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex ArgumentLine();
}

/// <summary>An image Podman has.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name with its tag.</param>
/// <param name="Content">The hash of what it was made of, where it was made here.</param>
/// <param name="Owner">The resource it was made for, and its AppHost, where it was made here.</param>
internal sealed record StoredImage(string Id, string Name, string? Content, string? Owner);
