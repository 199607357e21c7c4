using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace XoeNovAi.Gateway.Tests.Discovery;

/// <summary>What others write into Consul costs at most itself, and who watches goes on.</summary>
[TestClass]
[TestCategory("Quick")]
public sealed partial class ForeignDataTests : GatewayTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Each beside an instance that is right: that one answers, the other is named once, and the next change is followed.</summary>
    [TestMethod]
    [Scenario("FLT-03")]
    [DataRow("http://10.0.0.1", "80", ArgumentsDisplayName = "a URL")]
    [DataRow("10.0.0.1:8080", "80", ArgumentsDisplayName = "a port in the address")]
    [DataRow("10.0.0.1/24", "80", ArgumentsDisplayName = "a subnet")]
    [DataRow("ten zero", "80", ArgumentsDisplayName = "a space")]
    [DataRow(" 10.0.0.1", "80", ArgumentsDisplayName = "a space before it")]
    [DataRow("10.0.0.1\n", "80", ArgumentsDisplayName = "a line break")]
    [DataRow("ten\0zero", "80", ArgumentsDisplayName = "a NUL")]
    [DataRow("user@host", "80", ArgumentsDisplayName = "a user")]
    [DataRow("host#part", "80", ArgumentsDisplayName = "a fragment")]
    [DataRow("a..b", "80", ArgumentsDisplayName = "an empty label")]
    [DataRow("räg", "80", ArgumentsDisplayName = "not ASCII")]
    [DataRow("[::1", "80", ArgumentsDisplayName = "half a bracket")]
    [DataRow("::1]", "80", ArgumentsDisplayName = "the other half")]
    [DataRow("fe80::1%eth0", "80", ArgumentsDisplayName = "an interface of another machine")]
    [DataRow("0.0.0.0", "80", ArgumentsDisplayName = "every address")]
    [DataRow("[::]", "80", ArgumentsDisplayName = "every IPv6 address")]
    [DataRow("255.255.255.255", "80", ArgumentsDisplayName = "broadcast")]
    [DataRow("224.0.0.1", "80", ArgumentsDisplayName = "multicast")]
    [DataRow("ff02::1", "80", ArgumentsDisplayName = "IPv6 multicast")]
    [DataRow("10.0.0.1", "0", ArgumentsDisplayName = "port 0")]
    [DataRow("10.0.0.1", "-1", ArgumentsDisplayName = "a negative port")]
    [DataRow("10.0.0.1", "65536", ArgumentsDisplayName = "a port too high")]
    [DataRow("10.0.0.1", "99999999999", ArgumentsDisplayName = "a port that is no int")]
    [DataRow("10.0.0.1", "80.5", ArgumentsDisplayName = "half a port")]
    [DataRow("10.0.0.1", "\"80\"", ArgumentsDisplayName = "a port in quotes")]
    [DataRow("10.0.0.1", "null", ArgumentsDisplayName = "no port")]
    public async Task An_instance_that_cannot_be_called_is_left_out(string address, string port)
    {
        await using var bed = await Bed.StartAsync(Cancel);
        await bed.CostsItselfAsync(FakeConsul.Entry("foreign", address, JsonNode.Parse(port), "two"), "foreign", Cancel);
    }

    [TestMethod]
    [Scenario("FLT-03")]
    [DataRow("null", ArgumentsDisplayName = "null")]
    [DataRow("7", ArgumentsDisplayName = "a number")]
    [DataRow("[]", ArgumentsDisplayName = "a list")]
    [DataRow("{}", ArgumentsDisplayName = "nothing in it")]
    [DataRow("""{"Node":null,"Service":null}""", ArgumentsDisplayName = "null fields")]
    [DataRow("""{"Node":{"Node":"two","Address":""},"Service":{"ID":"foreign","Address":"","Port":80}}""", ArgumentsDisplayName = "no address at all")]
    [DataRow("""{"Node":null,"Service":{"ID":"foreign","Address":null,"Port":80}}""", ArgumentsDisplayName = "no node")]
    [DataRow("""{"Node":{"Address":"10.0.0.1"},"Service":{"ID":"","Address":"10.0.0.1","Port":80}}""", ArgumentsDisplayName = "an empty id")]
    [DataRow("""{"Node":{"Address":"10.0.0.1"},"Service":{"ID":null,"Address":"10.0.0.1","Port":80}}""", ArgumentsDisplayName = "no id")]
    [DataRow("""{"Node":{"Address":"10.0.0.1"},"Service":{"ID":"a\nwarn: b","Address":"10.0.0.1","Port":80}}""", ArgumentsDisplayName = "a line break in the id")]
    [DataRow("""{"Service":{"ID":"foreign","Address":"10.0.0.1","Port":80,"TaggedAddresses":{"app":{"Address":"http://10.0.0.1","Port":80}}}}""", ArgumentsDisplayName = "a tagged URL")]
    [DataRow("""{"Service":{"ID":"foreign","Address":"10.0.0.1","Port":80,"TaggedAddresses":{"app":{"Address":null,"Port":0}}}}""", ArgumentsDisplayName = "a tagged nothing")]
    [DataRow("""{"Service":{"ID":"foreign","Address":"10.0.0.1","Port":80,"TaggedAddresses":[1]}}""", ArgumentsDisplayName = "tagged addresses of another shape")]
    public async Task An_element_that_is_no_instance_is_left_out(string element)
    {
        await using var bed = await Bed.StartAsync(Cancel);
        await bed.CostsItselfAsync(JsonNode.Parse(element), "left out", Cancel);
    }

    /// <summary>Odd, but an instance that can be called.</summary>
    [TestMethod]
    [Scenario("FLT-03")]
    [DataRow("""{"Node":{"Node":"two","Address":"127.0.0.1"},"Service":{"ID":"odd","Address":"","Port":PORT,"Tags":null,"Meta":null,"TaggedAddresses":null}}""", ArgumentsDisplayName = "the node's address, nulls")]
    [DataRow("""{"Node":null,"Service":{"ID":"odd","Address":"127.0.0.1","Port":PORT,"Tags":["",null,7,{"a":1}],"Meta":{"a":null,"":"\n"},"TaggedAddresses":{}}}""", ArgumentsDisplayName = "odd tags")]
    [DataRow("""{"Service":{"ID":"odd","Address":"localhost","Port":PORT,"TaggedAddresses":{"app":null,"other":{"Address":"http://x","Port":-1}}}}""", ArgumentsDisplayName = "another view's address is wrong")]
    [DataRow("""{"Service":{"ID":"ödd id/%00?#{**x};\"<","Address":"127.0.0.1","Port":PORT}}""", ArgumentsDisplayName = "odd characters in the id")]
    [DataRow("""{"Service":{"ID":"odd","Address":"[::ffff:127.0.0.1]","Port":PORT}}""", ArgumentsDisplayName = "IPv6 in brackets")]
    [DataRow("""{"Service":{"ID":"odd","Address":"::ffff:127.0.0.1","Port":PORT}}""", ArgumentsDisplayName = "IPv6 without")]
    public async Task An_odd_instance_that_can_be_called_is_used(string element)
    {
        await using var bed = await Bed.StartAsync(Cancel);
        await using var other = await TestBackend.StartAsync("other");
        bed.Consul.SetInstances(JsonNode.Parse(element.Replace("PORT", $"{other.Address.Port}", StringComparison.Ordinal)));
        await bed.AnsweredByAsync("other", Cancel);
        Assert.IsEmpty(bed.Log.Lines.Where(static l => l.Contains("left out", StringComparison.Ordinal)).ToList());
    }

    [TestMethod]
    [Scenario("FLT-03")]
    [DataRow("right", ArgumentsDisplayName = "the same id")]
    [DataRow("RIGHT", ArgumentsDisplayName = "the same but for case")]
    public async Task Of_equal_ids_the_one_that_was_there_stays(string id)
    {
        await using var bed = await Bed.StartAsync(Cancel);
        await bed.CostsItselfAsync(FakeConsul.Entry(id, "127.0.0.1", 1, "a node that sorts before"), id, Cancel, before: true);
    }

    [TestMethod]
    [Scenario("FLT-03")]
    public async Task Of_equal_ids_the_one_that_Consul_checks_comes_back_to_its_place()
    {
        await using var bed = await Bed.StartAsync(Cancel);
        var foreign = FakeConsul.Entry("right", "127.0.0.1", 1, "elsewhere");
        bed.Consul.SetInstances(foreign.DeepClone());
        await bed.IsAsync(StatusCodes.Status502BadGateway, Cancel);

        var right = bed.Right;
        right["Checks"] = new JsonArray(new JsonObject { ["ServiceID"] = "right" });
        bed.Consul.SetInstances(foreign, right);
        await bed.IsAsync(StatusCodes.Status200OK, Cancel);
    }

    [TestMethod]
    [Scenario("FLT-03")]
    public async Task What_is_left_out_is_named_again_only_when_it_changes()
    {
        await using var bed = await Bed.StartAsync(Cancel);
        for (var i = 0; i < 3; i++)
        {
            bed.Consul.SetInstances(bed.Right, FakeConsul.Entry("foreign", "http://one", 80), FakeConsul.Entry($"other-{i}", "127.0.0.1", 1));
            await bed.LoggedAsync($"other-{i}", 1, Cancel);
        }

        await bed.LoggedAsync("http://one", 1, Cancel);
        bed.Consul.SetInstances(bed.Right, FakeConsul.Entry("foreign", "http://two", 80));
        await bed.LoggedAsync("http://two", 1, Cancel);
        await bed.LoggedAsync("http://one", 1, Cancel);
    }

    [TestMethod]
    [Scenario("FLT-03")]
    public async Task Very_many_instances_right_and_wrong_are_followed_and_the_log_stays_short()
    {
        await using var bed = await Bed.StartAsync(Cancel);
        bed.Consul.SetInstances([bed.Right, .. Enumerable.Range(0, 3000).Select(static i => FakeConsul.Entry($"wrong-{i}", "http://wrong", i)), .. Enumerable.Range(1, 3000).Select(static i => FakeConsul.Entry($"dead-{i}", "127.0.0.1", i))]);
        await bed.LoggedAsync("wrong-0", 1, Cancel);
        bed.Consul.SetInstances(bed.Right);
        await bed.FollowsAsync(Cancel);
        Assert.IsLessThan(20_000, bed.Log.Lines.Sum(static l => l.Length));
    }

    [TestMethod]
    [Scenario("FLT-03")]
    [DataRow("null", ArgumentsDisplayName = "null")]
    [DataRow("{}", ArgumentsDisplayName = "an object")]
    [DataRow("", ArgumentsDisplayName = "nothing")]
    [DataRow("[{\"Node\"", ArgumentsDisplayName = "half of it")]
    [DataRow("<html>", ArgumentsDisplayName = "a page")]
    public async Task An_answer_that_is_none_leaves_the_last_one_in_use(string answer)
    {
        await using var bed = await Bed.StartAsync(Cancel);
        bed.Consul.SetInstances(answer);
        await bed.LoggedAsync("stay in use", 1, Cancel);
        Assert.AreEqual("right", await bed.AskAsync(Cancel));
        await bed.FollowsAsync(Cancel);
    }

    [TestMethod]
    [Scenario("FLT-03")]
    [DataRow(500, "text/plain; charset=utf-8", ArgumentsDisplayName = "an error of Consul")]
    [DataRow(502, "text/html; charset=bogus", ArgumentsDisplayName = "an error in no charset there is")]
    [DataRow(200, "application/json; charset=bogus", ArgumentsDisplayName = "no index, in no charset there is")]
    [DataRow(403, "text/plain", ArgumentsDisplayName = "a token that is no longer known")]
    public async Task An_error_leaves_the_last_answer_in_use(int status, string type)
    {
        await using var bed = await Bed.StartAsync(Cancel);
        bed.Consul.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.ContentType = type;
            return context.Response.WriteAsync("[]");
        };
        bed.Consul.SetInstances();
        await bed.LoggedAsync("The last known instances of test stay in use", 1, Cancel);
        Assert.AreEqual("right", await bed.AskAsync(Cancel));
        bed.Consul.Answer = null;
        await bed.FollowsAsync(Cancel);
    }

    [TestMethod]
    [Scenario("FLT-03")]
    [DataRow(new byte[] { 0xff, 0xfe, 0x00 }, true, ArgumentsDisplayName = "not UTF-8")]
    [DataRow(new byte[] { }, false, ArgumentsDisplayName = "empty")]
    [DataRow(new byte[] { 0x6d, 0x61, 0x79, 0x62, 0x65 }, true, ArgumentsDisplayName = "an unknown word")]
    [DataRow(new byte[] { 0x4f, 0x66, 0x46, 0x0a }, false, ArgumentsDisplayName = "off, in its own way")]
    [DataRow(null, true, ArgumentsDisplayName = "huge")]
    public async Task An_odd_value_of_the_maintenance_key_closes_and_the_watch_goes_on(byte[]? value, bool closes)
    {
        await using var bed = await Bed.StartAsync(Cancel);
        bed.Consul.SetValue("on"u8.ToArray());
        await bed.IsAsync(StatusCodes.Status503ServiceUnavailable, Cancel);
        bed.Consul.SetValue("off"u8.ToArray());
        await bed.IsAsync(StatusCodes.Status200OK, Cancel);

        bed.Consul.SetValue(value ?? Encoding.ASCII.GetBytes(new string('x', 512 * 1024)));
        await bed.IsAsync(closes ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK, Cancel);
        bed.Consul.SetValue(null);
        await bed.IsAsync(StatusCodes.Status200OK, Cancel);
        bed.Consul.SetValue("on"u8.ToArray());
        await bed.IsAsync(StatusCodes.Status503ServiceUnavailable, Cancel);
        Assert.IsLessThan(5_000, bed.Log.Lines.Sum(static l => l.Length));
    }
}
