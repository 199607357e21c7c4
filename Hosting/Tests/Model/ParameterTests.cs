using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace XoeNovAi.Hosting.Tests.Model;

[TestClass]
public sealed class ParameterTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    [DataRow("Parameters:api-key")]
    [DataRow("Parameters:api_key")]
    public async Task A_value_comes_from_configuration(string key)
    {
        using var builder = Values.Builder((key, "given"));

        Assert.AreEqual("given", await builder.AddParameter("api-key").Resource.GetValueAsync(Cancelled));
    }

    [TestMethod]
    public void A_missing_value_says_how_it_is_given()
    {
        using var builder = Values.Builder();
        var parameter = builder.AddParameter("api-key", secret: true).Resource;

        var failure = Assert.ThrowsExactly<MissingParameterValueException>(() => parameter.Value);

        StringAssert.Contains(failure.Message, "Parameters__api_key", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_generated_value_keeps_its_promises_and_stays_the_same()
    {
        using var builder = Values.Builder();
        var parameter = builder.AddParameter("password", new GenerateParameterDefault { MinLength = 30, MinLower = 2, MinUpper = 3, MinNumeric = 4, Special = false }, secret: true).Resource;

        var value = parameter.Value;

        Assert.IsGreaterThanOrEqualTo(30, value.Length);
        Assert.IsGreaterThanOrEqualTo(2, value.Count(char.IsAsciiLetterLower));
        Assert.IsGreaterThanOrEqualTo(3, value.Count(char.IsAsciiLetterUpper));
        Assert.IsGreaterThanOrEqualTo(4, value.Count(char.IsAsciiDigit));
        Assert.IsTrue(value.All(char.IsAsciiLetterOrDigit), "No special characters were asked for.");
        Assert.AreEqual(value, parameter.Value);
    }

    [TestMethod]
    public void Configuration_comes_before_what_would_be_generated()
    {
        using var builder = Values.Builder(("Parameters:password", "given"));

        Assert.AreEqual("given", builder.AddParameter("password", new GenerateParameterDefault(), secret: true).Resource.Value);
    }

    [TestMethod]
    public void A_secret_is_not_published_as_a_default()
    {
        using var builder = Values.Builder();

        Assert.ThrowsExactly<ArgumentException>(() => builder.AddParameter("password", "x", publishValueAsDefault: true, secret: true));
    }

    [TestMethod]
    [DataRow("with space")]
    [DataRow("under_score")]
    [DataRow("1st")]
    [DataRow("-dash")]
    [DataRow("")]
    public void A_name_that_would_not_do_everywhere_is_refused(string name)
    {
        using var builder = Values.Builder();

        Assert.Throws<ArgumentException>(() => builder.AddParameter(name));
    }

    [TestMethod]
    public void A_second_resource_of_a_name_is_refused_in_any_case()
    {
        using var builder = Values.Builder();
        builder.AddParameter("same");

        StringAssert.Contains(Assert.ThrowsExactly<DistributedApplicationException>(() => builder.AddContainer("Same", "image")).Message, "ame", StringComparison.Ordinal);
    }
}
