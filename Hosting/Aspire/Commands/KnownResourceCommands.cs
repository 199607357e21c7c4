namespace Aspire.Hosting.ApplicationModel;

/// <summary>The commands resources have by themselves.</summary>
public static class KnownResourceCommands
{
    /// <summary>Starts a container or process.</summary>
    public static readonly string StartCommand = "start";

    /// <summary>Stops a container or process.</summary>
    public static readonly string StopCommand = "stop";

    /// <summary>Stops and starts a container or process.</summary>
    public static readonly string RestartCommand = "restart";

    /// <summary>Builds a project again; not offered here.</summary>
    public static readonly string RebuildCommand = "rebuild";

    /// <summary>Sets a parameter; not offered here.</summary>
    public static readonly string SetParameterCommand = "set-parameter";

    /// <summary>Forgets a parameter's value; not offered here.</summary>
    public static readonly string DeleteParameterCommand = "delete-parameter";

    /// <summary>The name a command has now that was called otherwise until Aspire 13; sources with the old ones still work.</summary>
    internal static string Current(string name)
        => name switch
        {
            "resource-start" => StartCommand,
            "resource-stop" => StopCommand,
            "resource-restart" => RestartCommand,
            _ => name,
        };
}
