namespace XoeNovAi.AppHost.Startup;

/// <summary>Refuses what on the command line is no setting: configuration would ignore it.</summary>
internal static class CommandLine
{
    // Of the stack, of .NET's hosting, and of Aspire; as a whole word or before a colon.
    private static readonly string[] Settings =
    [
        "Stack", "Parameters", "Podman", "Logging", "ConnectionStrings", "urls", "environment", "contentRoot", "applicationName",
        "AppHost", "DcpPublisher", "Publishing", "Pipeline", "ASPNETCORE_URLS", "ASPIRE_ALLOW_UNSECURED_TRANSPORT",
        "operation", "publisher", "step", "list-steps", "output-path", "log-level", "include-exception-details", "clear-cache", "yes",
        "dcp-cli-path", "dcp-container-runtime", "dcp-dependency-check-timeout", "dcp-dashboard-path",
    ];

    /// <exception cref="DistributedApplicationException">An argument is no setting.</exception>
    public static void Check(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (!argument.StartsWith('-') && !argument.StartsWith('/') && equals < 0)
            {
                throw new DistributedApplicationException($"'{argument}' is no setting; a setting is --NAME=VALUE. --help lists them.");
            }

            if (argument.StartsWith('-') && !argument.StartsWith("--", StringComparison.Ordinal))
            {
                throw new DistributedApplicationException($"'{argument}' is no setting; a setting begins with two dashes, --NAME=VALUE. --help lists them.");
            }

            var name = (equals < 0 ? argument : argument[..equals]).TrimStart('-', '/');
            if (!Settings.Contains(name.Split(':')[0], StringComparer.OrdinalIgnoreCase))
            {
                throw new DistributedApplicationException($"'{argument}' is no setting of the stack. --help lists them.");
            }

            // Its value is the next argument. Of Aspire's own some have none.
            var isFollowed = i + 1 < arguments.Count && !arguments[i + 1].StartsWith('-');
            if (equals < 0 && !isFollowed && name.Contains(':', StringComparison.Ordinal))
            {
                throw new DistributedApplicationException($"'{argument}' has no value; a setting is --NAME=VALUE. --help lists them.");
            }

            i += equals < 0 && isFollowed ? 1 : 0;
        }
    }
}
