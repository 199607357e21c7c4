using System.Globalization;
using XoeNovAi.Hosting.Podman.Hardening;

namespace XoeNovAi.IntegrationTests.Isolation;

/// <summary>What the containers may use: as declared where the machine enforces it, and said not to be where it does not.</summary>
[TestClass]
public sealed class LimitTests : StackTest
{
    private const string NotEnforceable = "Not enforceable on this machine and left out";

    [TestMethod]
    [Scenario("ISO-11")]
    public async Task Limits_are_in_the_control_groups_or_said_not_to_be_enforceable()
    {
        var stack = new ObservedStack(Stack.Application);
        var enforced = stack.Environment;
        foreach (var container in (await StackContainers.FindAsync(stack, Cancel)).Where(static c => c.Resource is not null))
        {
            var declared = container.Resource!.Annotations.OfType<ContainerLimits>().LastOrDefault() ?? new(null, null);
            var (memory, cpus) = HardeningContract.LimitsOf(container.Name);
            Assert.IsFalse(memory is { } most && !(declared.MemoryMegabytes <= most), $"{container}: the contract allows {memory} MB, and the model {declared.MemoryMegabytes?.ToString(CultureInfo.InvariantCulture) ?? "as many as there are"}.");
            Assert.IsFalse(cpus is { } share && !(declared.Cpus <= share), $"{container}: the contract allows {cpus} processors, and the model {declared.Cpus?.ToString(CultureInfo.InvariantCulture) ?? "as many as there are"}.");
            var group = await ControlGroup.OfAsync(container.ProcessId, Cancel);
            List<(string Limit, bool Enforced, string? Declared, string? Found)> rows =
            [
                ("memory", enforced.LimitsMemory, declared.MemoryMegabytes is { } megabytes ? (megabytes * 1024L * 1024L).ToString(CultureInfo.InvariantCulture) : null, group.Memory),
                ("cpus", enforced.LimitsCpus, declared.Cpus?.ToString(CultureInfo.InvariantCulture), group.Cpus),
                ("pids", enforced.LimitsPids, ContainerLimits.MostProcesses.ToString(CultureInfo.InvariantCulture), group.Pids),
            ];
            var log = await Stack.Logs.DescribeAsync(container.Name, int.MaxValue);
            foreach (var row in rows.Where(static r => r.Declared is not null))
            {
                TestContext.WriteLine($"{container}: {row.Limit} {row.Declared}, {(row.Enforced ? $"in its control group {row.Found}" : "not enforceable")}");
                if (row.Enforced)
                {
                    Assert.AreEqual(row.Declared, row.Found, $"{container}: {row.Limit}");
                }
                else
                {
                    Assert.AreNotEqual(row.Declared, row.Found, $"{container}: the machine enforces {row.Limit}, and set-up says it does not.");
                    StringAssert.Contains(log, NotEnforceable, $"{container}: {row.Limit}");
                    StringAssert.Contains(log, $"--{(row.Limit == "pids" ? "pids-limit" : row.Limit)}=", $"{container}: {row.Limit}");
                }
            }
        }
    }

    /// <summary>What set-up found is asked of the machine once more, by other means than its own.</summary>
    [TestMethod]
    [Scenario("ISO-11")]
    [DataRow("memory", "--memory=96m", "100663296")]
    [DataRow("cpus", "--cpus=0.25", "0.25")]
    [DataRow("pids", "--pids-limit=123", "123")]
    public async Task What_setup_and_the_doctor_say_of_a_limit_is_what_the_machine_does(string limit, string argument, string expected)
    {
        var stack = new ObservedStack(Stack.Application);
        var said = limit switch { "memory" => stack.Environment.LimitsMemory, "cpus" => stack.Environment.LimitsCpus, _ => stack.Environment.LimitsPids };
        var (exitCode, id, error) = await stack.Podman.TryRunAsync(
            ["run", "--detach", $"--label=io.xoe-novai.run={stack.RunId}", "--network=none", "--userns=auto:size=2048", argument, "localhost/xoe-novai/probe:1", "sleep", "infinity"], Cancel);
        var holds = false;
        if (exitCode == 0)
        {
            var process = int.Parse(await stack.Podman.RunAsync(["inspect", "--format", "{{.State.Pid}}", id.Trim()], Cancel), CultureInfo.InvariantCulture);
            var group = await ControlGroup.OfAsync(process, Cancel);
            holds = limit switch { "memory" => group.Memory, "cpus" => group.Cpus, _ => group.Pids } == expected;
            await stack.Podman.RunAsync(["rm", "--force", "--volumes", "--time", "0", id.Trim()], Cancel);
        }

        TestContext.WriteLine($"{argument}: {(holds ? "in the control group" : $"not enforceable. {error.Trim()}")}");
        Assert.AreEqual(holds, said, $"Whether {limit} can be limited: the machine, and environment.json");
        var doctor = await Doctor.AskAsync(Cancel);
        StringAssert.Matches(doctor, new($@"(?m)^{(holds ? "ok" : "warn")}\s+limit {limit}\s+{(holds ? "enforceable" : "not enforceable")}"), doctor);
    }
}
