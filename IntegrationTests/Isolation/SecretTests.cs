using System.Text;
using XoeNovAi.IntegrationTests.Security;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>Where containers leave traces, there is no secret of theirs.</summary>
[TestClass]
public sealed class SecretTests : StackTest
{
    [TestMethod]
    [Scenario("ISO-13")]
    public async Task No_command_line_has_a_secret_while_a_stack_starts()
    {
        await using var sampler = CommandLineSampler.Start();
        await using var small = await SmallStack.StartAsync([], Cancel);
        var seen = await sampler.EndAsync();
        var secrets = await StackSecrets.ReadAsync(small.Observed.Application, Cancel);
        // The control: the command that started each container was among them.
        foreach (var container in await StackContainers.FindAsync(small.Observed, Cancel))
        {
            Assert.IsTrue(seen.Any(c => c.Contains($"--name {container}-{small.Observed.RunId}", StringComparison.Ordinal)), $"The command that started '{container}' was not seen in {sampler.Rounds} rounds.");
        }

        SecretCheck.OfCommandLines(seen, secrets).AssertNone(TestContext);
    }

    [TestMethod]
    [Scenario("ISO-13")]
    public async Task Container_and_image_inspection_have_no_secret()
    {
        var stack = new ObservedStack(Stack.Application);
        (await SecretCheck.OfInspectionAsync(stack, await StackSecrets.ReadAsync(stack.Application, Cancel), Cancel)).AssertNone(TestContext);
    }

    [TestMethod]
    [Scenario("ISO-13")]
    public async Task No_layer_of_an_image_no_program_and_no_log_of_a_container_has_a_secret()
    {
        var stack = new ObservedStack(Stack.Application);
        var secrets = await StackSecrets.ReadAsync(stack.Application, Cancel);
        var containers = await StackContainers.FindAsync(stack, Cancel);
        var images = (await stack.Podman.RunAsync(["inspect", "--format", "{{.Image}}", .. containers.Select(static c => c.Id)], Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct();
        var layers = await stack.Podman.RunAsync(["image", "inspect", "--format", "{{.GraphDriver.Data.UpperDir}}:{{.GraphDriver.Data.LowerDir}}", .. images], Cancel);
        var programs = await stack.Podman.RunAsync(["inspect", "--format", "{{range .Mounts}}{{if eq .Destination \"/app\"}}{{.Source}}{{end}}{{end}}", .. containers.Select(static c => c.Id)], Cancel);
        var folders = $"{layers}\n{programs}".Split([':', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(static f => f.StartsWith('/')).Distinct().ToList();

        // The last is in every service's program: had it not been found, nothing had been looked at.
        const string Control = "XoeNovAi.ServiceDefaults";
        var found = await FilesWithAsync(stack, folders, [.. secrets.Values, "BEGIN PRIVATE KEY", "BEGIN EC PRIVATE KEY", "BEGIN RSA PRIVATE KEY", Control]);
        var plain = await FilesWithAsync(stack, folders, [Control]);
        TestContext.WriteLine($"{folders.Count} layers and programs, {plain.Count} files with the control's text");
        Assert.IsNotEmpty(plain, "The control's text was not found anywhere.");
        var suspicious = found.Except(plain).Where(static f => !IsLibrary(f)).ToList();
        Assert.IsEmpty(suspicious, $"Files of image layers or programs have a secret or a private key: {string.Join(", ", suspicious)}");
        (await SecretCheck.OfLogsAsync(stack, secrets, Cancel)).AssertNone(TestContext);
    }

    // Those that read keys have the words in them.
    private static bool IsLibrary(string path) => path.EndsWith(".dll", StringComparison.Ordinal) || path.Contains(".so", StringComparison.Ordinal) || path.Contains("/bin/", StringComparison.Ordinal) || path.Contains("/sbin/", StringComparison.Ordinal);

    // The texts go in by standard input: on a command line they would be what is looked for.
    private async Task<IReadOnlyList<string>> FilesWithAsync(ObservedStack stack, IReadOnlyList<string> folders, IReadOnlyList<string> texts)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', texts)));
        var (exitCode, output, error) = await stack.Podman.TryRunAsync(["unshare", "grep", "--recursive", "--files-with-matches", "--fixed-strings", "--text", "--file=-", "--no-messages", .. folders], Cancel, input);
        return exitCode is 0 or 1 or 2 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : throw new StackException($"The layers could not be searched: {error}");
    }
}
