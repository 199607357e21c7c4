namespace XoeNovAi.IntegrationTests.Hosting;

[TestClass]
public sealed class FailedStartTests : StackTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [TestMethod]
    [Scenario("HOST-04")]
    public async Task A_container_that_exits_at_once_is_named_with_its_exit_code_and_last_lines()
    {
        // PostgreSQL's image refuses to start without a password.
        await using var appHost = await FailAsync(["--Stack:Run=none", "--Stack:Services:curation-worker:Run=container", "--Stack:Services:curation-worker:Image=localhost/xoe-novai/postgres:15"]);

        StringAssert.Contains(appHost.Errors, "'curation-worker' ended at once with exit code 1", appHost.Describe());
        StringAssert.Contains(appHost.Errors, "POSTGRES_PASSWORD", appHost.Describe());
    }

    [TestMethod]
    [Scenario("HOST-04")]
    public async Task A_health_check_that_never_passes_is_named_with_what_it_says_within_the_timeout()
    {
        await using var appHost = await FailAsync(["--Stack:Run=none", "--Stack:Services:curation-worker:Run=container", "--Stack:StartTimeout=00:00:40", "--Stack:Services:curation-worker:HealthPath=/not-there"]);

        StringAssert.Contains(appHost.Errors, "After 40 s (Stack:StartTimeout) not healthy: 'curation-worker' runs, but its check", appHost.Describe());
        StringAssert.Contains(appHost.Errors, "404", appHost.Describe());
    }

    [TestMethod]
    [Scenario("HOST-04")]
    [Scenario("HOST-05")]
    public async Task A_missing_image_is_named_with_the_resource_that_wants_it()
    {
        await using var appHost = await FailAsync(["--Stack:Run=none", "--Stack:Services:rag:Run=container", "--Stack:Services:rag:Image=localhost/xoe-novai/doesnotexist:1"]);

        StringAssert.Matches(appHost.Errors, new("'rag-[12]'"), appHost.Describe());
        StringAssert.Contains(appHost.Errors, "localhost/xoe-novai/doesnotexist:1", appHost.Describe());
    }

    private async Task<AppHostProcess> FailAsync(string[] arguments)
    {
        var appHost = AppHostProcess.Start(arguments);
        try
        {
            await appHost.EndedAsync(Limit, Cancel);
            TestContext.WriteLine(appHost.Errors);
            Assert.AreEqual(1, appHost.ExitCode, appHost.Describe());
            Complaint.AssertPlain(appHost);
            await new RunTraces(Stack, appHost).GoneAsync(Cancel);
            return appHost;
        }
        catch
        {
            await appHost.DisposeAsync();
            throw;
        }
    }
}
