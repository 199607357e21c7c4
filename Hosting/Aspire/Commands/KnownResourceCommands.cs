namespace Aspire.Hosting.ApplicationModel;

/// <summary>The commands resources have by themselves.</summary>
public static class KnownResourceCommands
{
    /// <summary>Starts a container or process.</summary>
    public static readonly string StartCommand = "resource-start";

    /// <summary>Stops a container or process.</summary>
    public static readonly string StopCommand = "resource-stop";

    /// <summary>Stops and starts a container or process.</summary>
    public static readonly string RestartCommand = "resource-restart";

    /// <summary>Builds a project again; not offered here.</summary>
    public static readonly string RebuildCommand = "resource-rebuild";

    /// <summary>Sets a parameter; not offered here.</summary>
    public static readonly string SetParameterCommand = "parameter-set";

    /// <summary>Forgets a parameter's value; not offered here.</summary>
    public static readonly string DeleteParameterCommand = "parameter-delete";
}
