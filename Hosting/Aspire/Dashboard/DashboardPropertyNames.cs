namespace Aspire.Hosting.Dashboard;

/// <summary>Properties the dashboard knows how to show.</summary>
internal static class DashboardPropertyNames
{
    public const string ExitCode = "resource.exitCode";
    public const string Source = "resource.source";
    public const string ConnectionString = "resource.connectionString";
    public const string ParentName = "resource.parentName";
    public const string AppArgs = "resource.appArgs";
    public const string AppArgsSensitivity = "resource.appArgsSensitivity";
    public const string WaitingFor = "resource.waitingFor";
    public const string ContainerId = "container.id";
    public const string ContainerImage = "container.image";
    public const string ContainerPorts = "container.ports";
    public const string ContainerCommand = "container.command";
    public const string ContainerArgs = "container.args";
    public const string ContainerLifetime = "container.lifetime";
    public const string ExecutablePath = "executable.path";
    public const string ExecutablePid = "executable.pid";
    public const string ExecutableWorkDir = "executable.workDir";
    public const string ExecutableArgs = "executable.args";
    public const string ProjectPath = "project.path";
    public const string ProjectLaunchProfile = "project.launchProfile";
    public const string ParameterValue = "Value";
}
