using System.Globalization;
using System.Text.RegularExpressions;

namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>What set-up reckons with is what the model has.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed partial class StackSizeTests : StackTest
{
    // All tunnels to the dashboard together.
    private const int Tunnels = 1;

    [TestMethod]
    [Scenario("HOST-05")]
    public void Set_up_reserves_ids_for_as_many_containers_as_the_model_has()
        => Assert.AreEqual(Stack.Model.Containers.Count + Tunnels, int.Parse(Reckoned().Match(File.ReadAllText(Path.Combine(Repository.Root, "eng", "lib", "paths.sh"))).Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex("^stack_containers=([0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex Reckoned();
}
