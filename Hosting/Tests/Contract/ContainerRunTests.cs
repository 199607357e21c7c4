using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Secrets;

namespace XoeNovAi.Hosting.Tests.Contract;

/// <summary>What a container resource can say of how it runs: really run, by Podman.</summary>
[TestClass]
public sealed class ContainerRunTests
{
    private string _folder = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestInitialize]
    public void Create()
    {
        _folder = Directory.CreateTempSubdirectory("run-").FullName;
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    [TestCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    [Scenario("HOST-02")]
    public async Task Entrypoint_arguments_shell_environment_and_runtime_arguments_reach_the_container()
    {
        await using var run = await PodmanApplication.StartAsync(
            builder =>
            {
                builder.AddContainer("entry", PodmanApplication.Probe, "1").WithEntrypoint("echo").WithArgs("a b", builder.AddParameter("word", "c"));
                var shell = builder.AddContainer("shell", PodmanApplication.Probe, "1").WithEntrypoint("/bin/sh").WithArgs("echo", "$((1", "+", "2))");
                shell.Resource.ShellExecution = true;
                builder.AddScript("variables", "echo \"$PLAIN|$LINES|$EMPTY|$ODD\"").WithEnvironment("PLAIN", "x=y z").WithEnvironment("LINES", "1\n2").WithEnvironment("EMPTY", string.Empty).WithEnvironment("ODD", "# $HOME \"'");
                builder.AddScript("host", "hostname").WithContainerRuntimeArgs("--hostname=of-its-own");
            },
            Cancelled);

        Assert.EndsWith("\na b c", await run.Application.EndedWellAsync("entry", Cancelled));
        Assert.EndsWith("\n3", await run.Application.EndedWellAsync("shell", Cancelled));
        Assert.EndsWith("\nx=y z|1\n2||# $HOME \"'", await run.Application.EndedWellAsync("variables", Cancelled));
        Assert.EndsWith("\nof-its-own", await run.Application.EndedWellAsync("host", Cancelled));
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    public async Task Volumes_bind_mounts_and_files_are_there_before_the_process()
    {
        var volume = $"volume-{Guid.NewGuid():n}";
        var temporary = PodmansTemporaryFiles();
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "of the host", Cancelled);
        try
        {
            await using var run = await PodmanApplication.StartAsync(
                builder =>
                {
                    builder.AddScript("volumes", "echo kept > /kept/file && echo gone > /gone/file && cat /kept/file /gone/file").WithVolume(volume, "/kept").WithVolume("/gone");
                    builder.AddScript("bound", "cat /given/file && ! touch /given/other 2> /dev/null").WithBindMount(_folder, "/given", isReadOnly: true);
                    builder.AddScript("mounted", "cat /given/key").WithContainerFiles("/given", [new ContainerFile { Name = "key", Contents = "mounted" }]);
                    builder.AddScript("copied", "stat -c '%n %u %g %a' /given /given/key; cat /given/key")
                        .WithContainerFiles("/", [new ContainerDirectory { Name = "given", Entries = [new ContainerFile { Name = "key", Contents = "copied", Owner = 999, Group = 7, Mode = UnixFileMode.UserRead | UnixFileMode.OtherRead }] }]);
                },
                Cancelled);

            Assert.EndsWith("\nkept\ngone", await run.Application.EndedWellAsync("volumes", Cancelled));
            Assert.EndsWith("\nof the host", await run.Application.EndedWellAsync("bound", Cancelled));
            Assert.EndsWith("\nmounted", await run.Application.EndedWellAsync("mounted", Cancelled));
            Assert.EndsWith("\n/given 0 0 755\n/given/key 999 7 404\ncopied", await run.Application.EndedWellAsync("copied", Cancelled));
            Assert.Contains("/given/key", await MountsOfAsync(run, "mounted"));
            Assert.DoesNotContain("/given", await MountsOfAsync(run, "copied"));
            Assert.IsEmpty(PodmansTemporaryFiles().Except(temporary), "Podman has left a copy of the files behind.");
            Assert.IsEmpty(Directory.GetDirectories(Path.Combine(Engine.RunRoot, $"run-{run.Application.RunId}"), "copy-*"), "The copy goes once the container runs.");
            Assert.HasCount(1, await Engine.RunAsync(Cancelled, "volume", "ls", "-q", "--filter", $"name={volume}"));
        }
        finally
        {
            await Engine.RunAsync(CancellationToken.None, "volume", "rm", "-f", volume);
        }
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    public async Task A_name_that_another_container_has_is_refused_and_that_one_is_left_alone()
    {
        var name = $"taken-{Guid.NewGuid():n}";
        await Engine.RunAsync(Cancelled, "run", "--detach", "--name", name, "--network=none", $"{PodmanApplication.Probe}:1", "sleep", "600");
        try
        {
            await using (var run = await PodmanApplication.StartAsync(builder => builder.AddSleeper("one").WithContainerName(name), Cancelled))
            {
                Assert.AreEqual(KnownResourceStates.FailedToStart, (await run.Application.EndedAsync("one", Cancelled)).State?.Text);
                Assert.Contains("is already in use", run.Console);
            }

            Assert.HasCount(1, await Engine.RunAsync(Cancelled, "ps", "-q", "--filter", $"name={name}"), "It runs on.");
        }
        finally
        {
            await Engine.RunAsync(CancellationToken.None, "rm", "-f", "-t", "0", name);
        }
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task What_a_container_left_in_a_volume_is_the_next_ones_whatever_ids_that_has()
    {
        var volume = $"volume-{Guid.NewGuid():n}";
        try
        {
            await using (var run = await PodmanApplication.StartAsync(builder => builder.AddScript("writes", "umask 077; echo once > /kept/file").WithVolume(volume, "/kept"), Cancelled))
            {
                await run.Application.EndedWellAsync("writes", Cancelled);
            }

            await using var next = await PodmanApplication.StartAsync(
                builder =>
                {
                    // It takes the ids that the first had.
                    var before = builder.AddSleeper("before");
                    builder.AddScript("reads", "echo more >> /kept/file && cat /kept/file").WithVolume(volume, "/kept").WaitFor(before);
                },
                Cancelled);
            Assert.EndsWith("\nonce\nmore", await next.Application.EndedWellAsync("reads", Cancelled));
        }
        finally
        {
            await Engine.RunAsync(CancellationToken.None, "volume", "rm", "-f", volume);
        }
    }

    // Where Podman makes them unless it is told otherwise, and how Go names them.
    private static string[] PodmansTemporaryFiles() => [.. Directory.GetFiles("/var/tmp").Where(static f => Path.GetFileName(f).All(char.IsAsciiDigit))];

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    public async Task A_secret_reaches_the_container_and_no_command_line()
    {
        await using var run = await PodmanApplication.StartAsync(
            builder =>
            {
                var secret = builder.AddParameter("secret", "hush-4711", secret: true);
                var lines = builder.AddParameter("lines", "hush\n4711", secret: true);
                builder.AddScript("keeper", "test ${#TOKEN} = 9 && sleep 600").WithEnvironment("TOKEN", secret);
                builder.AddScript("reader", "test -z \"$TOKEN\" && cat \"$TOKEN_FILE\" && ! touch /run/secrets/other 2> /dev/null").WithEnvironment("TOKEN", lines).WithSecretFiles();
                builder.AddScript("refused", "true").WithEnvironment("TOKEN", lines);
            },
            Cancelled);

        var keeper = await run.Application.RunningAsync("keeper", Cancelled);
        Assert.EndsWith("\nhush\n4711", await run.Application.EndedWellAsync("reader", Cancelled));
        await run.Application.SeenAsync("refused", static s => s.State?.Text == KnownResourceStates.FailedToStart, Cancelled);
        Assert.Contains("'TOKEN' of 'refused' has a line break", run.Console);
        Assert.AreEqual(KnownResourceStates.Running, run.Application.StateOf("keeper").State?.Text);
        Assert.DoesNotContain("4711", string.Concat(await Engine.RunAsync(Cancelled, "inspect", "--format", "{{.Config.CreateCommand}}", keeper)));
        Assert.DoesNotContain("4711", string.Concat(await Engine.RunAsync(Cancelled, "inspect", IdOf(run, "reader"))), "A secret that is a file is shown by no inspection.");
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(static d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            Assert.IsFalse(CommandLineOf(process).Contains("TOKEN=hush", StringComparison.Ordinal), $"{process} shows the secret.");
        }

        Assert.IsEmpty(Directory.GetFiles(Path.Combine(Engine.RunRoot, $"run-{run.Application.RunId}", "secrets")), "The environment's file goes once the container runs.");
        Assert.DoesNotContain("hush", string.Concat(run.Application.StateOf("keeper").EnvironmentVariables.Select(static v => v.Value)));
    }

    [TestMethod]
    [Timeout(90_000, CooperativeCancellation = true)]
    public async Task The_defaults_keep_a_container_from_what_it_does_not_need()
    {
        await using var run = await PodmanApplication.StartAsync(
            static builder => builder.AddScript("one", "grep -E '^(CapEff|NoNewPrivs)' /proc/self/status | tr -s '\\t ' ' '; awk '{ids += $3} END {print ids}' /proc/self/uid_map; grep -c ' /run tmpfs rw,' /proc/mounts; stat -c %a /scratch; ! touch /file 2> /dev/null")
                .WithHardening(new() { TemporaryFolders = ["/scratch:mode=1777"] }),
            Cancelled);

        Assert.EndsWith("\nCapEff: 0000000000000000\nNoNewPrivs: 1\n2048\n1\n1777", await run.Application.EndedWellAsync("one", Cancelled));
    }

    private static async Task<string> MountsOfAsync(PodmanApplication run, string resource)
        => string.Join('\n', await Engine.RunAsync(CancellationToken.None, "inspect", "--format", "{{range .Mounts}}{{println .Destination}}{{end}}", IdOf(run, resource)));

    private static string IdOf(PodmanApplication run, string resource) => run.Application.StateOf(resource).Properties.Single(static p => p.Name == "container.id").Value!.ToString()!;

    private static string CommandLineOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return string.Empty;
        }
    }
}
