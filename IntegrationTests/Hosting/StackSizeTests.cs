using System.Globalization;
using System.Text.RegularExpressions;

namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>What the doctor reckons with is what the model has.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed partial class StackSizeTests : StackTest
{
    // All tunnels to the dashboard together.
    private const int Tunnels = 1;

    [TestMethod]
    [Scenario("HOST-05")]
    public async Task The_doctor_knows_how_many_containers_need_ids_of_their_own()
    {
        var said = await Doctor.AskAsync(Cancel);

        Assert.AreEqual(Stack.Model.Containers.Count + Tunnels, int.Parse(Reckoned().Match(said).Groups[1].Value, CultureInfo.InvariantCulture), said);
    }

    [GeneratedRegex("the stack has ([0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex Reckoned();
}
