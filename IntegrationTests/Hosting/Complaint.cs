using System.Text.RegularExpressions;

namespace XoeNovAi.IntegrationTests.Hosting;

/// <summary>What an AppHost that cannot run says.</summary>
internal static partial class Complaint
{
    /// <summary>Fails when it is nothing, or a stack trace.</summary>
    public static void AssertPlain(AppHostProcess appHost)
    {
        Assert.IsFalse(string.IsNullOrWhiteSpace(appHost.Errors), $"Nothing was said of it on standard error.{Environment.NewLine}{appHost.Describe()}");
        Assert.IsFalse(StackFrame().IsMatch(appHost.Errors) || StackFrame().IsMatch(appHost.Output), $"A stack trace was shown.{Environment.NewLine}{appHost.Describe()}");
        Assert.IsFalse(appHost.Errors.Contains("Unhandled exception", StringComparison.Ordinal), appHost.Describe());
    }

    /// <summary>Fails when it is more than one sentence, or lacks words.</summary>
    public static void AssertOneSentence(AppHostProcess appHost, params string[] words)
    {
        AssertPlain(appHost);
        var lines = appHost.Errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(1, lines, appHost.Describe());
        foreach (var word in words)
        {
            StringAssert.Contains(lines[0], word, appHost.Describe());
        }
    }

    [GeneratedRegex(@"^\s+at \S+\(", RegexOptions.Multiline)]
    private static partial Regex StackFrame();
}
