namespace XoeNovAi.IntegrationTests.Isolation;

[TestClass]
public sealed class RootlessTests : StackTest
{
    [TestMethod]
    [TestCategory("Quick")]
    [Scenario("ISO-01")]
    [Scenario("ISO-02")]
    public async Task No_process_of_a_container_is_root_on_the_host_and_every_container_has_ids_and_namespaces_of_its_own()
        => (await NamespaceCheck.RunAsync(new(Stack.Application), Cancel)).AssertNone(TestContext);
}
