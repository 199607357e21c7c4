using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace XoeNovAi.Hosting.Tests.Model;

[TestClass]
public sealed class ReferenceExpressionTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancelled => TestContext.CancellationToken;

    [TestMethod]
    public async Task Literal_braces_stay_literal()
    {
        using var builder = Values.Builder(("Parameters:p", "value"));
        var parameter = builder.AddParameter("p");

        var expression = ReferenceExpression.Create($"{{\"key\":\"{parameter}\"}}");

        Assert.AreEqual("{\"key\":\"value\"}", await expression.GetValueAsync(Cancelled));
        Assert.AreEqual("{\"key\":\"{p.value}\"}", expression.ValueExpression);
    }

    [TestMethod]
    public async Task A_text_among_the_values_is_a_literal_even_with_braces()
        => Assert.AreEqual("a{0}b", await ReferenceExpression.Create($"a{"{0}"}b").GetValueAsync(Cancelled));

    [TestMethod]
    public async Task Values_are_encoded_for_uris_where_asked_and_only_there()
    {
        using var builder = Values.Builder(("Parameters:p", "a/b c"));
        var parameter = builder.AddParameter("p", secret: true).Resource;

        var expression = ReferenceExpression.Create($"redis://:{parameter:uri}@host;password={parameter}");

        Assert.AreEqual("redis://:a%2Fb%20c@host;password=a/b c", await expression.GetValueAsync(Cancelled));
    }

    [TestMethod]
    public async Task An_unknown_format_is_refused_by_name()
    {
        using var builder = Values.Builder(("Parameters:p", "x"));
        var parameter = builder.AddParameter("p").Resource;

        var failure = await Assert.ThrowsExactlyAsync<NotSupportedException>(async () => await ReferenceExpression.Create($"{parameter:base64}").GetValueAsync(Cancelled));

        StringAssert.Contains(failure.Message, "base64", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Expressions_nest_and_resolve_for_whoever_asks()
    {
        using var builder = Values.Builder();
        var server = builder.AddContainer("server", "image").WithHttpEndpoint(targetPort: 80);
        var inContainer = builder.AddContainer("client", "image");
        var onHost = builder.AddExecutable("tool", "true", "/");
        Values.Allocate(server.Resource, "http", 5001, "server", 80);
        var inner = ReferenceExpression.Create($"Endpoint={server.GetEndpoint("http")}");
        var outer = ReferenceExpression.Create($"{inner};Port={server.GetEndpoint("http").Property(EndpointProperty.Port)}");

        Assert.AreEqual("Endpoint=http://server:80;Port=80", await outer.GetValueAsync(Values.SeenBy(inContainer.Resource), Cancelled));
        Assert.AreEqual("Endpoint=http://localhost:5001;Port=5001", await outer.GetValueAsync(Values.SeenBy(onHost.Resource), Cancelled));
    }

    [TestMethod]
    public async Task Building_piece_by_piece_gives_the_same()
    {
        using var builder = Values.Builder(("Parameters:p", "v"));
        var parameter = builder.AddParameter("p").Resource;
        var pieces = new ReferenceExpressionBuilder();
        Assert.IsTrue(pieces.IsEmpty);

        pieces.Append($"a={parameter};");
        pieces.AppendLiteral("b={}");

        Assert.AreEqual("a=v;b={}", await pieces.Build().GetValueAsync(Cancelled));
        Assert.IsNull(await new ReferenceExpressionBuilder().Build().GetValueAsync(Cancelled), "Nothing was said.");
        Assert.IsNull(await ReferenceExpression.Empty.GetValueAsync(Cancelled));
    }

    [TestMethod]
    [DataRow("TRUE", "on=a/b")]
    [DataRow("false", "off")]
    public async Task A_condition_chooses_once_its_value_is_known(string given, string expected)
    {
        using var builder = Values.Builder(("Parameters:flag", given), ("Parameters:p", "a/b"));
        var (flag, parameter) = (builder.AddParameter("flag").Resource, builder.AddParameter("p", secret: true).Resource);

        var expression = ReferenceExpression.CreateConditional(flag, "true", ReferenceExpression.Create($"on={parameter}"), ReferenceExpression.Create($"off"));

        Assert.IsTrue(expression.IsConditional);
        Assert.AreEqual(expected, await expression.GetValueAsync(Cancelled));
        Assert.AreEqual($"[{expected}]", await ReferenceExpression.Create($"[{expression}]").GetValueAsync(Cancelled));
        StringAssert.StartsWith(expression.ValueExpression, "{cond-flag-value-", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task What_an_encrypted_endpoint_adds_shows_when_it_is_asked_for()
    {
        using var builder = Values.Builder();
        var server = builder.AddContainer("server", "image").WithEndpoint(targetPort: 80, name: "tcp");
        var suffix = ReferenceExpression.Create($"host{server.GetEndpoint("tcp").GetTlsValue(ReferenceExpression.Create($",ssl=true"), ReferenceExpression.Empty)}");

        Assert.AreEqual("host", await suffix.GetValueAsync(Cancelled));
        server.WithEndpoint("tcp", static e => e.TlsEnabled = true);

        Assert.AreEqual("host,ssl=true", await suffix.GetValueAsync(Cancelled));
    }
}
