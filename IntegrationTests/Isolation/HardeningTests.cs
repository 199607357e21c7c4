namespace XoeNovAi.IntegrationTests.Isolation;

[TestClass]
[TestCategory("Quick")]
public sealed class HardeningTests : StackTest
{
    [TestMethod]
    [Scenario("ISO-10")]
    public async Task Processes_have_no_capabilities_gain_no_privileges_and_are_filtered()
        => (await PrivilegeCheck.RunAsync(new(Stack.Application), Cancel)).AssertNone(TestContext);

    [TestMethod]
    [Scenario("ISO-10")]
    public async Task Roots_are_read_only_and_nothing_is_mounted_but_what_was_declared()
        => (await MountCheck.RunAsync(new(Stack.Application), Cancel)).AssertNone(TestContext);

    [TestMethod]
    [Scenario("ISO-10")]
    public async Task No_container_has_a_socket_of_a_container_engine()
        => (await EngineSocketCheck.RunAsync(new(Stack.Application), Cancel)).AssertNone(TestContext);
}
